//! `/ledger` on the wire: who did what, newest first, and the proof that it stands in the log.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::{row, sql, vals};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::door::Read;
use crate::error::{Error, Text};
use crate::extract::{Json, Path, Query};
use crate::ids::wire_id;
use crate::page::{List, Page};
use crate::policy::{Scope, Thing};
use crate::proof::{LedgerProof, prove_entry};

wire_id!(
    /// A ledger entry on the wire.
    LedgerId, "led"
);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only what was done to this thing: its id, such as `ord_…`.
    subject: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Entries on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// One act in the ledger. Posts act, so a post's title stands here, never a person's name.
#[derive(Serialize, ToSchema)]
struct LedgerEntry {
    id: LedgerId,
    at: Millis,
    /// Absent for visitors and for the program itself.
    actor_title: Option<Text>,
    /// Such as `order:close`.
    action: String,
    subject: String,
    /// The place in the street's log, counted from 0; absent until it is given, within a second.
    leaf_index: Option<i64>,
}

row! {
    struct Line {
        street_id: i64,
        id: i64,
        at: Millis,
        action: String,
        subject: String,
        leaf: Option<i64>,
        title_zh: Option<String>,
        title_en: Option<String>,
    }
}

sql! {
    LATEST = "SELECT e.street_id, e.id, e.at, e.action, e.subject, e.leaf, p.title_zh, p.title_en
        FROM ledger_entries e LEFT JOIN posts p ON p.id = e.post_id
        WHERE e.street_id = $1 AND e.id < $2 ORDER BY e.id DESC LIMIT $3";
    LATEST_OF_SUBJECT = "SELECT e.street_id, e.id, e.at, e.action, e.subject, e.leaf, p.title_zh, p.title_en
        FROM ledger_entries e LEFT JOIN posts p ON p.id = e.post_id
        WHERE e.street_id = $1 AND e.id < $2 AND e.subject = $4 ORDER BY e.id DESC LIMIT $3";
    NEXT_STREET city = "SELECT street_id FROM ledger_entries WHERE street_id > $1 AND street_id <= $2 ORDER BY street_id LIMIT 1";
}

impl From<Line> for LedgerEntry {
    fn from(line: Line) -> Self {
        Self {
            id: LedgerId::new(line.street_id, line.id),
            at: line.at,
            actor_title: line.title_zh.zip(line.title_en).map(|(zh, en)| Text::owned(zh, en)),
            action: line.action,
            subject: line.subject,
            leaf_index: line.leaf,
        }
    }
}

/// Who did what, newest first, as far as the auditor's area reaches.
#[utoipa::path(get, path = "/ledger", tag = "ledger", params(Asked), responses((status = 200, body = List<LedgerEntry>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<Asked>,
) -> Result<Json<List<LedgerEntry>>, Error> {
    let scope = scope(&app, &call)?;
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let (before, limit) = (page.after::<i64>()?.unwrap_or(i64::MAX), page.limit() + 1);
    let (lines, now) = app
        .read(move |r| async move {
            // The newest of each street, then the newest of those: ids order by time within and across streets, but
            // every index begins with the street.
            let mut lines: Vec<Line> = Vec::new();
            for street in streets(&r, scope).await? {
                lines.extend(match &asked.subject {
                    None => r.query::<Line>(&LATEST, &vals![street, before, limit]).await?,
                    Some(it) => {
                        r.query::<Line>(&LATEST_OF_SUBJECT, &vals![street, before, limit, it.as_str()])
                            .await?
                    }
                });
            }
            lines.sort_unstable_by_key(|line| std::cmp::Reverse(line.id));
            Ok((lines, r.now()))
        })
        .await?;
    List::cut(lines, &page, now, |line| line.id, LedgerEntry::from).map(Json)
}

/// The proof that an entry stands in its street's log.
#[utoipa::path(get, path = "/ledger/{id}/proof", tag = "ledger", params(("id" = String, Path)), responses((status = 200, body = LedgerProof)))]
async fn prove(
    State(app): State<App>,
    call: Call,
    Path(id): Path<LedgerId>,
) -> Result<Json<LedgerProof>, Error> {
    if !scope(&app, &call)?.covers(&Thing::at(id.street)) {
        return Err(Error::Missing("ledger entry"));
    }
    prove_entry(&app, id.street, id.id).await.map(Json)
}

fn scope(app: &App, call: &Call) -> Result<Scope, Error> {
    let scope = app.policy().scope(call.caller()?, "ledger:read", app.clock().now());
    if scope.is_empty { Err(Error::forbidden()) } else { Ok(scope) }
}

/// The streets in scope that have entries; the district counts as one.
pub(crate) async fn streets(r: &Read, scope: Scope) -> Result<Vec<i64>, Error> {
    let ranges = match (scope.street, scope.district) {
        (Some(street), _) => vec![(street, street)],
        (None, Some(district)) => vec![(district, district), (district * 1000, district * 1000 + 999)],
        (None, None) => vec![(0, i64::MAX)],
    };
    let mut streets = Vec::new();
    for (first, last) in ranges {
        let found = streets_between(r, first, last).await?;
        streets.extend(found.into_iter().filter(|street| scope.covers(&Thing::at(*street))));
    }
    Ok(streets)
}

/// The streets in a range of codes that have entries.
///
/// # Errors
/// What the store answers.
pub(crate) async fn streets_between(r: &Read, first: i64, last: i64) -> Result<Vec<i64>, Error> {
    let mut streets = Vec::new();
    let mut before = first - 1;
    while let Some((street,)) = r.opt::<(i64,)>(&NEXT_STREET, &vals![before, last]).await? {
        streets.push(street);
        before = street;
    }
    Ok(streets)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(prove))
}
