//! What the duty list says of a unit: whose a sub-item is, who helps, and whether an order may go there.

use catalogue::{COMMUNITY, Duty, Standard};
use platform::{Error, Text};
use staff::{Organisation, OrganisationKind};

use crate::books::Books;
use crate::order::Order;

/// In which part the list names a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// The standard names it.
    Standard,
    /// 责任单位.
    Owner,
    /// 配合单位.
    CoOwner,
}

/// The unit that a list calls `word`, seen from where an order lies.
pub(crate) fn unit_called<'a>(books: &'a Books, order: &Order, word: &str) -> Option<&'a Organisation> {
    if word == COMMUNITY {
        return own_community(books, order);
    }
    let of_street = |unit: &&Organisation| unit.street.is_none_or(|street| street == order.street_id);
    let by_name = || books.staff.all().filter(of_street).find(|unit| unit.name.zh == word);
    books.staff.by_key(word, Some(order.street_id)).or_else(by_name)
}

/// The organisation of the community where an order lies: it carries the community's code or its name.
fn own_community<'a>(books: &'a Books, order: &Order) -> Option<&'a Organisation> {
    let (code, name) = (order.community().to_string(), books.areas.name(order.community()));
    books.staff.all().find(|unit| {
        unit.kind == OrganisationKind::Community
            && unit.street == Some(order.street_id)
            && (unit.key == code || unit.name.zh == name.zh)
    })
}

/// In which part a sub-item names a unit; `None` when it does not.
pub(crate) fn part(books: &Books, order: &Order, duty: &Duty, unit: i64) -> Option<As> {
    let is = |word: &str| unit_called(books, order, word).is_some_and(|found| found.id == unit);
    if duty.owner.as_deref().is_some_and(is) {
        return Some(As::Owner);
    }
    duty.helpers().iter().any(|word| is(word)).then_some(As::CoOwner)
}

/// The unit that a standard names, seen from where an order lies.
pub(crate) fn of_standard<'a>(
    books: &'a Books,
    order: &Order,
    standard: Option<&Standard>,
) -> Option<&'a Organisation> {
    books.staff.by_key(&standard?.organisation_key, Some(order.street_id))
}

/// The sub-item under which an order goes to a unit: the one that was named, else the one that the list gives.
///
/// # Errors
/// [`Error::Invalid`] for a sub-item that is not in force or does not name the unit, and for a community outside its
/// list.
pub(crate) fn duty_for<'a>(
    books: &'a Books,
    order: &Order,
    unit: &Organisation,
    named: Option<&str>,
) -> Result<Option<&'a Duty>, Error> {
    let standard = order.standard_id.and_then(|id| books.catalogue.standard(id));
    let is_of_standard = of_standard(books, order, standard).is_some_and(|found| found.id == unit.id);
    let listed = books.catalogue.duties_of(&order.class);
    let duty = match named {
        Some(code) => Some(in_force(books, code)?),
        None => {
            let own = listed.iter().find(|duty| part(books, order, duty, unit.id).is_some());
            own.or_else(|| listed.first().filter(|_| is_of_standard)).copied()
        }
    };
    let names = duty.is_some_and(|duty| part(books, order, duty, unit.id).is_some());
    let falls_under = duty.is_some_and(|duty| listed.iter().any(|one| one.code == duty.code));
    if unit.kind == OrganisationKind::Community && !(names && falls_under) {
        let text = Text::new(
            "该事项不在社区的清单内，不得派给社区",
            "this is not on the community's list and may not go to it",
        );
        return Err(Error::field("organisation_id", text));
    }
    if named.is_some() && !names && !is_of_standard {
        let text = Text::new(
            "该子项的责任单位、配合单位和立结案标准都不是所选单位",
            "neither the sub-item nor the standard names this unit",
        );
        return Err(Error::field("duty_code", text));
    }
    Ok(duty)
}

/// An entry of the duty list that is in force.
///
/// # Errors
/// [`Error::Invalid`] for any other.
pub(crate) fn in_force<'a>(books: &'a Books, code: &str) -> Result<&'a Duty, Error> {
    let text = Text::new("权责清单中没有这个现行的子项", "no such sub-item of the duty list is in force");
    let duty = books.catalogue.duty(code).filter(|duty| duty.is_in_force());
    duty.ok_or_else(|| Error::field("duty_code", text))
}

/// A sub-item as a clause: code, name, legal basis.
pub(crate) fn cited(duty: &Duty) -> Text {
    let (zh, en) = match &duty.basis {
        Some(basis) => (format!("（{basis}）"), format!(" ({basis})")),
        None => (String::new(), String::new()),
    };
    Text::owned(format!("{} {}{zh}", duty.code, duty.name_zh), format!("{} {}{en}", duty.code, duty.name_en))
}
