//! What a caller may see of the numbers, and the part of it that they ask for.

use areas::Directory;
use orders::{DayCount, Standing};
use platform::{App, AreaCode, AreaLevel, Call, Error, FieldProblem, Scope, Text, Thing};

/// The caller's scope, narrowed to an area.
#[derive(Clone, Debug)]
pub struct View {
    scope: Scope,
    within: Option<AreaCode>,
    pub streets: Vec<i64>,
}

impl View {
    /// Narrows what the caller may see to `within`, if they name an area.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a post without numbers, [`Error::Invalid`] for a code that is none.
    pub fn of(app: &App, call: &Call, areas: &Directory, within: Option<&str>) -> Result<Self, Error> {
        let scope = app.policy().scope(call.caller()?, "insight:read", app.clock().now());
        if scope.is_empty {
            return Err(Error::forbidden());
        }
        let within = within.map(read_area).transpose()?;
        let wanted = |street: i64| {
            let own = scope.street.is_none_or(|own| own == street);
            let asked = within.is_none_or(|area| match area.level() {
                AreaLevel::District => true,
                _ => area.street_id() == Some(street),
            });
            own && asked
        };
        let streets = areas.streets().iter().copied().filter(|street| wanted(*street)).collect();
        Ok(Self { scope, within, streets })
    }

    /// Whether what lies in `area` and is with `organisation` counts.
    pub fn covers(&self, area: i64, organisation: i64) -> bool {
        let thing = Thing { area, organisation: Some(organisation).filter(|id| *id != 0) };
        let code = AreaCode::try_from(area).ok();
        self.scope.covers(&thing) && self.within.is_none_or(|within| code.is_some_and(|code| within.contains(code)))
    }

    /// A rollup row stands for a whole community: somebody who serves one grid of it sees no numbers of it.
    pub fn counts(&self, row: &DayCount) -> bool {
        self.covers(row.community, row.organisation_id)
    }

    pub fn stands(&self, row: &Standing) -> bool {
        self.covers(row.area, row.organisation_id)
    }
}

fn read_area(text: &str) -> Result<AreaCode, Error> {
    text.parse().map_err(|error: platform::area_code::CodeError| {
        Error::Invalid(vec![FieldProblem::new("within", Text::owned(error.zh(), error.to_string()))])
    })
}
