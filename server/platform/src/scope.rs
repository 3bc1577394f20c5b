//! What a list may show: a policy's answer as bounds that a query binds.

use crate::policy::Reach;
use crate::principal::{PostInUse, Thing};

/// Bounds for one list. A row is in it when `street` is its street (or there is none: all streets of the
/// district), its `area` lies in `low..=high` or is `exact`, and its organisation is `organisation` (or there is none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub is_empty: bool,
    /// The only street, 9 digits; `None`: every street of `district`.
    pub street: Option<i64>,
    /// The only district, 6 digits; `None`: everywhere.
    pub district: Option<i64>,
    /// Codes of the areas below the post's own.
    pub low: i64,
    pub high: i64,
    /// The post's own area.
    pub exact: i64,
    pub organisation: Option<i64>,
}

impl Scope {
    pub(crate) fn nothing() -> Self {
        let none = Self {
            street: None,
            district: None,
            low: 0,
            high: 0,
            exact: 0,
            organisation: None,
            is_empty: true,
        };
        Self { low: 1, ..none }
    }

    pub(crate) fn of(post: &PostInUse, reach: Reach) -> Self {
        if reach.own_organisation && post.organisation.is_none() {
            return Self::nothing();
        }
        let organisation = post.organisation.filter(|_| reach.own_organisation);
        let anywhere = Self {
            street: None,
            district: None,
            low: 0,
            high: i64::MAX,
            exact: 0,
            organisation,
            is_empty: false,
        };
        if !reach.within_area {
            return anywhere;
        }
        let area = post.area;
        match area {
            // A district reaches all that begins with its six digits: bounds by level would need four ranges.
            ..1_000_000 => Self { district: Some(area), ..anywhere },
            1_000_000..1_000_000_000 => Self { street: Some(area), ..anywhere },
            _ => Self {
                street: Some(post.street()),
                low: area * 1000,
                high: area * 1000 + 999,
                exact: area,
                ..anywhere
            },
        }
    }

    /// Whether a list in this scope shows the thing.
    pub fn covers(&self, thing: &Thing) -> bool {
        let ancestor = |digits_above: i64| {
            let mut code = thing.area;
            while code >= digits_above {
                code /= 1000;
            }
            code
        };
        !self.is_empty
            && self.street.is_none_or(|street| ancestor(1_000_000_000) == street)
            && self.district.is_none_or(|district| ancestor(1_000_000) == district)
            && ((self.low..=self.high).contains(&thing.area) || thing.area == self.exact)
            && self.organisation.is_none_or(|own| thing.organisation == Some(own))
    }
}
