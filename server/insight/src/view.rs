//! What a caller may see of the numbers, and the part of it that they ask for.

use areas::Directory;
use orders::{DayCount, Standing};
use platform::area_code::CodeError;
use platform::{App, AreaCode, AreaLevel, Call, Error, Scope, Text, Thing};

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
    /// [`Error::Forbidden`] for a post without numbers or an area of which it sees nothing, [`Error::Invalid`] for a
    /// code that names no district, street or community.
    pub fn of(app: &App, call: &Call, areas: &Directory, within: Option<&str>) -> Result<Self, Error> {
        let scope = app.policy().scope(call.caller()?, "insight:read", app.clock().now());
        if scope.is_empty {
            return Err(Error::forbidden());
        }
        let within = within.map(|text| read_area(areas, text)).transpose()?;
        if within.is_some_and(|within| !reaches(&scope, within)) {
            // No numbers and no rights to numbers are two things: zeros here would be a lie.
            return Err(Error::forbidden());
        }
        let wanted = |street: &i64| {
            scope.street.is_none_or(|own| own == *street)
                && scope.district.is_none_or(|own| own == street / 1000)
                && within.and_then(AreaCode::street_id).is_none_or(|asked| asked == *street)
        };
        Ok(Self { streets: areas.streets().iter().copied().filter(wanted).collect(), scope, within })
    }

    /// The area that was asked for.
    pub fn area(&self) -> Option<AreaCode> {
        self.within
    }

    /// The communities in force of which the caller asks and sees all numbers.
    pub fn communities<'a>(&'a self, areas: &'a Directory) -> impl Iterator<Item = i64> + 'a {
        let wanted = |code: &AreaCode| {
            let value = code.value();
            code.street_id().is_some_and(|street| self.streets.contains(&street))
                && ((self.scope.low..=self.scope.high).contains(&value) || self.scope.exact == value)
                && self.within.is_none_or(|within| within.contains(*code))
        };
        areas.communities().map(|area| area.code).filter(wanted).map(AreaCode::value)
    }

    /// Whether what lies in `area` and is with `organisation` counts.
    pub fn covers(&self, area: i64, organisation: i64) -> bool {
        let thing = Thing { area, organisation: Some(organisation).filter(|id| *id != 0) };
        let code = AreaCode::try_from(area).ok();
        self.scope.covers(&thing)
            && self.within.is_none_or(|within| code.is_some_and(|code| within.contains(code)))
    }

    /// A rollup row stands for a whole community: somebody who serves one grid of it sees no numbers of it.
    pub fn counts(&self, row: &DayCount) -> bool {
        self.covers(row.community, row.organisation_id)
    }

    pub fn stands(&self, row: &Standing) -> bool {
        self.covers(row.area, row.organisation_id)
    }
}

/// Whether some area of the scope lies in this one, or around it.
fn reaches(scope: &Scope, within: AreaCode) -> bool {
    let meets =
        |code: i64| AreaCode::try_from(code).is_ok_and(|own| own.contains(within) || within.contains(own));
    match (scope.exact, scope.street, scope.district) {
        (exact, _, _) if exact != 0 => meets(exact),
        (_, Some(street), _) => meets(street),
        (_, None, Some(district)) => meets(district),
        (_, None, None) => true,
    }
}

fn read_area(areas: &Directory, text: &str) -> Result<AreaCode, Error> {
    let code: AreaCode = text
        .parse()
        .map_err(|error: CodeError| Error::field("within", Text::owned(error.zh(), error.to_string())))?;
    if code.level() == AreaLevel::Grid {
        let text = Text::new(
            "数据统计到社区，请选择街道或社区",
            "numbers are kept by community; name a street or a community",
        );
        return Err(Error::field("within", text));
    }
    match areas.area(code) {
        Some(_) => Ok(code),
        None => Err(Error::field("within", Text::new("没有这个区划", "there is no such area"))),
    }
}
