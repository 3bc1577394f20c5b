//! Death, departure, and the end of whatever tied somebody to the street.

use platform::{Error, Text, Write};
use serde_json::json;

use crate::community::must_be_open;
use crate::keep_house::leave_household;
use crate::look::pseudonym;
use crate::register::is_living;
use crate::resident::Resident;
use crate::settle::{believed, cut};
use crate::words::{ResidenceKind, ResidentState};

/// How somebody's time in a street's register ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Death,
    /// They live elsewhere now; what they own here they still own.
    Departure,
    /// Another street has taken them over.
    HandOver {
        to: i64,
    },
}

impl Ending {
    fn state(self) -> ResidentState {
        match self {
            Self::Death => ResidentState::Died,
            Self::Departure => ResidentState::Left,
            Self::HandOver { .. } => ResidentState::Moved,
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Death => "resident:death",
            Self::Departure => "resident:departure",
            Self::HandOver { .. } => "resident:handed_over",
        }
    }

    fn ends(self, kind: ResidenceKind) -> bool {
        let lasting = matches!(kind, ResidenceKind::Owning | ResidenceKind::Registered);
        self == Self::Death || !lasting
    }
}

/// Ends somebody's time in the register on a day: residences and household end with it, and what was true before it stays.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] for somebody who is no longer in the register.
pub(crate) async fn end(w: &Write, resident: Resident, ending: Ending, on: &str) -> Result<Resident, Error> {
    must_be_open(w, resident.area).await?;
    is_living(&resident)?;
    if resident.birth_date.as_deref().is_some_and(|birth| on < birth) {
        return Err(Error::field("on", Text::new("日期早于出生日期", "the day lies before the birth")));
    }
    for row in believed(w, &resident).await? {
        if ending.ends(row.kind) && row.valid_to.as_str() > on {
            cut(w, &row, on);
        }
    }
    leave_household(w, &resident, on).await?;
    let moved_to = match ending {
        Ending::HandOver { to } => Some(to),
        _ => None,
    };
    let mut new = Resident { state: ending.state(), ended_on: Some(on.to_owned()), moved_to, ..resident };
    w.update(&new).await?;
    new.version += 1;
    let subject = pseudonym(w.app(), new.street_id, new.id);
    w.record(ending.action(), subject, json!({ "on": on }));
    Ok(new)
}
