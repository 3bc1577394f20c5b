//! The cases behind an indicator on the wire.

use std::collections::HashSet;

use axum::extract::State;
use orders::{Books, Happening, OrderId, Span, Within, books, happened};
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{
    App, AreaCode, AreaLevel, Call, Error, Json, List, Millis, Page, Path, Query, Read, Scope, Text,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::indicator::Indicator;
use crate::indicator_api::{Days, LONGEST, class_name, named, unit_out};
use crate::view::View;

/// Which of the cases of an indicator are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// Everything below the line.
    #[default]
    Denominator,
    /// What stands above it too.
    Numerator,
    /// What does not.
    Rest,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CasesQuery {
    /// The first day in Beijing, `2026-11-01`; the first of this month when absent.
    from: Option<String>,
    /// The last day; today when absent.
    to: Option<String>,
    #[serde(default)]
    #[param(inline)]
    part: Part,
    /// A street or community, 9 or 12 digits; everything in scope when absent.
    within: Option<String>,
    /// The unit that cases count for.
    #[param(value_type = Option<String>)]
    organisation: Option<OrganisationId>,
    /// The code of a case class.
    class: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// One case on a list.
#[derive(Serialize, ToSchema)]
struct CaseOut {
    /// The step, the run or the order that is counted: an order may be counted more than once.
    case: String,
    order: OrderId,
    number: String,
    class: Text,
    area: Text,
    organisation: Option<OrganisationOut>,
    at: Millis,
    /// Whether it stands above the line too.
    counted: bool,
}

impl CaseOut {
    fn of(books: &Books, street: i64, one: Happening, counted: bool) -> Self {
        Self {
            case: one.case_id.to_string(),
            order: OrderId::new(street, one.order_id),
            class: class_name(books, &one.class),
            area: books.areas.name(one.area),
            organisation: unit_out(books, one.organisation_id),
            number: one.number,
            at: one.at,
            counted,
        }
    }
}

/// Lists exactly the cases that an indicator counts, as far as the post in use may read them.
#[utoipa::path(get, path = "/insight/indicators/{key}/orders", tag = "insight", params(("key" = String, Path), CasesQuery),
    responses((status = 200, body = List<CaseOut>)))]
async fn list_cases(
    State(app): State<App>,
    call: Call,
    Path(key): Path<String>,
    Query(query): Query<CasesQuery>,
) -> Result<Json<List<CaseOut>>, Error> {
    let (books, now) = (books(&app).await?, app.clock().now());
    let view = View::of(&app, &call, &books.areas, query.within.as_deref())?;
    let days = Days::of(query.from.as_deref(), query.to.as_deref(), now, LONGEST)?;
    let scope = app.policy().scope(call.caller()?, "order:read", now);
    let narrow = |street: &i64| {
        scope.street.is_none_or(|own| own == *street) && scope.district.is_none_or(|own| own == street / 1000)
    };
    let mut streets: Vec<i64> = view.streets.iter().copied().filter(narrow).collect();
    let unit = query.organisation.map(|unit| unit.id);
    if scope.is_empty || scope.organisation.is_some_and(|own| unit.is_some_and(|unit| unit != own)) {
        streets.clear();
    }
    let within = bounds(&scope, view.area(), unit, query.class);
    let page = Page { cursor: query.cursor, limit: query.limit };
    let part = query.part;
    let list = app.read(move |r| async move {
        let indicator = named(&r, &key).await?;
        let found = page_of(&r, &streets, &indicator, part, days.span, &within, &page).await?;
        let cursor = |(_, one, _): &(i64, Happening, bool)| (one.at, one.case_id);
        let mut list = List::cut(found, &page, r.now(), cursor, |row| row)?;
        list.items.retain(|(_, _, counted)| part != Part::Rest || !counted);
        let wire = |(street, one, counted)| CaseOut::of(&books, street, one, counted);
        Ok(List { items: list.items.into_iter().map(wire).collect(), next: list.next, now: list.now })
    });
    Ok(Json(list.await?))
}

/// The part of what may be read that lies in the area asked for.
fn bounds(scope: &Scope, area: Option<AreaCode>, unit: Option<i64>, class: Option<String>) -> Within {
    let asked = area.filter(|area| area.level() > AreaLevel::Street && scope.exact == 0).map(AreaCode::value);
    let (low, high, exact) = match asked {
        Some(code) => (code * 1000, code * 1000 + 999, code),
        None => (scope.low, scope.high, scope.exact),
    };
    let organisation = scope.organisation.or(unit).unwrap_or(0);
    Within { low, high, exact, organisation, class: class.unwrap_or_default(), ..Within::everything() }
}

/// One case more than the page holds, from its cursor on.
async fn page_of(
    r: &Read,
    streets: &[i64],
    indicator: &Indicator,
    part: Part,
    span: Span,
    within: &Within,
    page: &Page,
) -> Result<Vec<(i64, Happening, bool)>, Error> {
    let after: (Millis, i64) = page.after()?.unwrap_or((Millis(i64::MIN), 0));
    let limit = page.limit() + 1;
    let listed = if part == Part::Numerator { &indicator.numerator } else { &indicator.denominator };
    let mut found = Vec::new();
    for street in streets.iter().copied() {
        for measure in listed {
            let counted = part == Part::Numerator || indicator.numerator.contains(measure);
            if part == Part::Rest && counted {
                continue;
            }
            let more = happened(r, street, *measure, span, within, after, limit).await?;
            found.extend(more.into_iter().map(|one| (street, one, counted)));
        }
    }
    found.sort_by_key(|(_, one, _)| (one.at, one.case_id));
    found.truncate(usize::try_from(limit).map_err(Error::internal)?);
    // What stands above the line as a part of a measure below it is looked up for the page alone.
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(found) };
    let shown = Span { from: first.1.at, to: last.1.at.plus(1) };
    let mut above = HashSet::new();
    for measure in indicator.numerator.iter().filter(|part| !indicator.denominator.contains(part)) {
        for street in streets.iter().copied() {
            let all = crate::score::all_of(r, street, *measure, shown, within).await?;
            above.extend(all.into_iter().map(|one| one.case_id));
        }
    }
    for (_, one, counted) in &mut found {
        *counted |= above.contains(&one.case_id);
    }
    Ok(found)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_cases))
}
