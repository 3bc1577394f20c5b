//! What the list says about an order: which standard fits its words, which unit the standard names, until when.

use std::collections::HashSet;

use catalogue::{Standard, StandardId};
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{Error, Millis, Text};
use worktime::Lang;

use crate::books::Books;
use crate::order::Order;
use crate::wire::Suggestion;

/// The standard that an order has, or the one whose condition shares most with its words; the list's order decides
/// a draw.
pub fn standard_for<'a>(books: &'a Books, order: &Order) -> Option<&'a Standard> {
    if let Some(chosen) = order.standard_id {
        return books.catalogue.standard(chosen);
    }
    standard_by_words(books, &order.class, &order.description)
}

/// The standard of a class whose condition shares most with some words.
pub(crate) fn standard_by_words<'a>(books: &'a Books, class: &str, words: &str) -> Option<&'a Standard> {
    let told = pairs(words);
    let in_force = books.catalogue.standards_of(class).into_iter().filter(|standard| standard.is_in_force());
    in_force
        .enumerate()
        .max_by_key(|(nth, standard)| {
            let shared = pairs(&standard.open_condition).intersection(&told).count();
            (shared, std::cmp::Reverse(*nth))
        })
        .map(|(_, standard)| standard)
}

/// Standard, unit and deadline for an order that is not with anybody yet; `None` when the list names none.
///
/// # Errors
/// [`Error::Internal`] outside 1970–2099.
pub fn suggest(books: &Books, order: &Order, now: Millis) -> Result<Option<Suggestion>, Error> {
    let Some(standard) = standard_for(books, order) else { return Ok(None) };
    let Some(unit) = books.staff.by_key(&standard.organisation_key, Some(order.street_id)) else {
        return Ok(None);
    };
    let deadline = books.reckoning()?.due(now, standard.limit)?;
    let Some(due) = deadline.at else { return Ok(None) };
    Ok(Some(Suggestion {
        standard_id: StandardId::shared(standard.id),
        organisation: OrganisationOut { id: OrganisationId::shared(unit.id), name: unit.name.clone() },
        due_at: Millis(due),
        reason: reason(books, standard, &unit.name),
    }))
}

/// The clause in words: class, condition, limit, unit, legal basis.
fn reason(books: &Books, standard: &Standard, unit: &Text) -> Text {
    let class = books.catalogue.class(&standard.class).map(|class| class.name.clone());
    let class = class.unwrap_or_else(|| Text::owned(standard.class.as_str(), standard.class.as_str()));
    let condition = &standard.open_condition;
    let (zh_limit, en_limit) = (standard.limit.text(Lang::Zh), standard.limit.text(Lang::En));
    let (zh_basis, en_basis) = match &standard.basis {
        Some(basis) => (format!("；依据：{basis}"), format!("; basis: {basis}")),
        None => (String::new(), String::new()),
    };
    Text::owned(
        format!("按“{}”立案条件“{condition}”，处置时限{zh_limit}，责任单位为{}{zh_basis}", class.zh, unit.zh),
        format!("Under “{}”, condition “{condition}”: {en_limit}, by {}{en_basis}", class.en, unit.en),
    )
}

/// Neighbouring characters of a text: how Chinese words are compared without a dictionary.
pub(crate) fn pairs(text: &str) -> HashSet<(char, char)> {
    let plain: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    plain.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
}
