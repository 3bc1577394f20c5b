//! Where a resident lives from now on, as beliefs in two times: as `registry` settles one resident, for many at once.

use registry::survive::Choice;
use registry::{OPEN, OWN, Residence, ResidenceKind, Resident};

use super::ground::Door;
use super::plan::Of;

/// What changes in the beliefs about one resident.
#[derive(Default)]
pub(crate) struct Settled {
    pub new: Vec<Residence>,
    /// Beliefs that are held no longer.
    pub gone: Vec<i64>,
    pub area: Option<i64>,
}

/// The dwelling in which somebody is believed to live.
pub(crate) fn home_now(known: &[Residence]) -> Option<i64> {
    now(known).map(|row| row.dwelling_id)
}

fn now(known: &[Residence]) -> Option<&Residence> {
    known.iter().find(|row| row.kind == ResidenceKind::Living && row.valid_to == OPEN)
}

/// Settles a resident behind a door. What was seen at the door stands until a source speaks of a later day.
pub(crate) fn settle(
    of: &Of,
    resident: &Resident,
    known: &[Residence],
    door: &Door,
    choice: &Choice,
    today: &str,
) -> Settled {
    let now_at = now(known);
    if now_at.is_some_and(|row| row.dwelling_id == door.id) {
        return Settled { area: Some(door.area), ..Settled::default() };
    }
    if now_at.is_some_and(|row| row.source == OWN) && choice.source != OWN {
        return Settled::default();
    }
    let since = choice.said_on.as_deref().unwrap_or(today);
    let living = || known.iter().filter(|row| row.kind == ResidenceKind::Living);
    let is_over =
        |row: &Residence| row.dwelling_id == door.id && row.source == OWN && since <= row.valid_to.as_str();
    if living().any(is_over) {
        return Settled::default();
    }
    let mut settled = Settled { area: Some(door.area), ..Settled::default() };
    let mut from = since;
    for row in living().filter(|row| row.valid_to.as_str() > since) {
        settled.gone.push(row.id);
        if row.dwelling_id == door.id {
            // They never left.
            from = from.min(row.valid_from.as_str());
        } else if row.valid_from.as_str() < since {
            settled.new.push(Residence {
                id: of.app.ids().next(of.now),
                valid_to: since.to_owned(),
                known_from: of.now,
                ..row.clone()
            });
        }
    }
    settled.new.push(Residence {
        street_id: resident.street_id,
        id: of.app.ids().next(of.now),
        resident_id: resident.id,
        dwelling_id: door.id,
        kind: ResidenceKind::Living,
        valid_from: from.to_owned(),
        valid_to: OPEN.to_owned(),
        known_from: of.now,
        known_to: None,
        source: choice.source.clone(),
    });
    settled
}
