//! Whom the list says a case is for, each with the clause; a person decides.

use catalogue::{Duty, Standard};
use platform::Text;
use platform::posts::{OrganisationId, OrganisationOut};
use staff::Organisation;

use crate::books::Books;
use crate::dispatch::listed::{As, cited, duty_for, of_standard, unit_called};
use crate::dispatch::wire::{DutyRef, OfferOut};
use crate::order::Order;
use crate::timing::Clocks;

/// The most units that are offered.
const OFFERS: usize = 9;

/// The standard's unit first, then owners and helpers of the sub-items under which the class falls; each unit once.
pub(crate) fn offers(
    books: &Books,
    order: &Order,
    standard: Option<&Standard>,
    clocks: &Clocks,
) -> Vec<OfferOut> {
    let as_chosen = Order { standard_id: standard.map(|one| one.id), ..order.clone() };
    let mut offers: Vec<OfferOut> = Vec::new();
    let mut add = |unit: &Organisation, duty: Option<&Duty>, part: As| {
        if offers.len() < OFFERS && offers.iter().all(|known| known.organisation.id.id != unit.id) {
            offers.push(offer(unit, duty, part, standard, clocks));
        }
    };
    if let Some(unit) = of_standard(books, order, standard) {
        let duty = duty_for(books, &as_chosen, unit, None).ok().flatten();
        add(unit, duty, As::Standard);
    }
    let duties = books.catalogue.duties_of(&order.class);
    for duty in &duties {
        if let Some(unit) = duty.owner.as_deref().and_then(|word| unit_called(books, order, word)) {
            add(unit, Some(duty), As::Owner);
        }
    }
    for duty in &duties {
        for unit in duty.helpers().iter().filter_map(|word| unit_called(books, order, word)) {
            add(unit, Some(duty), As::CoOwner);
        }
    }
    offers
}

fn offer(
    unit: &Organisation,
    duty: Option<&Duty>,
    part: As,
    standard: Option<&Standard>,
    clocks: &Clocks,
) -> OfferOut {
    let basis = standard.and_then(|standard| standard.basis.as_deref());
    let of_list = duty.map(cited);
    let clause = match (part, basis, of_list) {
        (As::Standard, Some(basis), _) => Text::owned(basis, basis),
        (_, _, Some(clause)) => clause,
        (_, Some(basis), None) => Text::owned(basis, basis),
        (_, None, None) => Text::new("立结案标准", "the standard"),
    };
    OfferOut {
        organisation: OrganisationOut { id: OrganisationId::shared(unit.id), name: unit.name.clone() },
        duty: duty.map(DutyRef::of),
        part,
        clause,
        returned: clocks.was_returned_by(unit.id),
    }
}
