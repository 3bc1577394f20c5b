//! `/staff` on the wire.

use std::collections::{HashMap, HashSet};

use areas::Directory as Areas;
use axum::extract::State;
use axum::http::StatusCode;
use platform::posts::{OrganisationId, OrganisationOut, PostId};
use platform::{
    App, AreaCode, AreaLevel, Call, Error, FieldProblem, Json, List, Millis, Page, Path, PostKind, Query, Text, Thing, hash_password,
    open_account,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::directory::Directory;
use crate::grid::{self, BodyKind, GridRole};
use crate::organisation::{Organisation, OrganisationKind};
use crate::post::{self, NewPost};
use crate::query;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostIn {
    kind: PostKind,
    area: String,
    #[schema(value_type = Option<String>)]
    organisation: Option<OrganisationId>,
    title: Text,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TenureIn {
    #[schema(value_type = String)]
    post: PostId,
    username: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountIn {
    username: String,
    person_name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DutyIn {
    role: GridRole,
    person_name: String,
}

#[derive(Deserialize, IntoParams)]
struct PostsOf {
    /// Posts of one organisation.
    organisation: Option<String>,
    /// Posts that serve an area or lie below it: 6 to 15 digits.
    area: Option<String>,
}

#[derive(Deserialize, IntoParams)]
struct TenuresOf {
    /// The post whose holders are asked for.
    post: String,
}

#[derive(Deserialize, IntoParams)]
struct Within {
    /// A street or a community, 9 or 12 digits; the whole district when absent.
    within: Option<String>,
}

/// An organisation.
#[derive(Serialize, ToSchema)]
struct OrganisationItem {
    id: OrganisationId,
    key: String,
    kind: OrganisationKind,
    name: Text,
    street: Option<String>,
    #[schema(value_type = Option<String>)]
    parent: Option<OrganisationId>,
}

/// A post with its head count.
#[derive(Serialize, ToSchema)]
struct PostItem {
    id: PostId,
    kind: PostKind,
    title: Text,
    area: String,
    area_name: Text,
    organisation: Option<OrganisationOut>,
    valid_to: Option<Millis>,
    holders: i64,
}

/// One person's time in a post.
#[derive(Serialize, ToSchema)]
struct TenureItem {
    id: String,
    post: PostId,
    post_title: Text,
    person_name: String,
    from: Millis,
    to: Option<Millis>,
}

/// A new account; its password exists only in this answer.
#[derive(Serialize, ToSchema)]
struct AccountOut {
    id: String,
    username: String,
    one_time_password: String,
}

/// Who serves a grid, who is missing, and what is attached to it.
#[derive(Serialize, ToSchema)]
struct Roster {
    items: Vec<RosterItem>,
    vacancies: Vec<RoleCount>,
    organisations: Vec<BodyItem>,
}

#[derive(Serialize, ToSchema)]
struct RosterItem {
    id: String,
    role: GridRole,
    person_name: String,
    since: Millis,
}

#[derive(Serialize, ToSchema)]
struct RoleCount {
    role: GridRole,
    needed: i64,
    held: i64,
}

#[derive(Serialize, ToSchema)]
struct BodyItem {
    kind: BodyKind,
    name: Text,
    count: i64,
}

/// A grid with somebody missing.
#[derive(Serialize, ToSchema)]
struct Vacancy {
    area: String,
    area_name: Text,
    role: GridRole,
    needed: i64,
    held: i64,
}

/// Posts granted beside posts held.
#[derive(Serialize, ToSchema)]
struct EstablishmentItem {
    organisation: OrganisationOut,
    kind: PostKind,
    quota: i64,
    held: i64,
}

fn named(organisation: &Organisation) -> OrganisationOut {
    OrganisationOut { id: OrganisationId::shared(organisation.id), name: organisation.name.clone() }
}

fn area_of(field: &str, text: &str) -> Result<AreaCode, Error> {
    text.parse().map_err(|error: platform::area_code::CodeError| {
        Error::Invalid(vec![FieldProblem::new(field, Text::owned(error.zh(), error.to_string()))])
    })
}

fn filled(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let text = text.trim();
    match text.chars().count() {
        1.. if text.chars().count() <= most => Ok(text.to_owned()),
        _ => Err(Error::field(field, Text::owned(format!("请填写，最多 {most} 个字"), format!("fill this in, at most {most} characters")))),
    }
}

async fn may_read(app: &App, call: &Call) -> Result<(), Error> {
    app.policy().require(call.caller()?, "staff:read", &Thing::at(app.district()), app.clock().now())
}

/// Organisations of the district and its streets.
#[utoipa::path(get, path = "/staff/organisations", tag = "staff", responses((status = 200, body = List<OrganisationItem>)))]
async fn organisations(State(app): State<App>, call: Call) -> Result<Json<List<OrganisationItem>>, Error> {
    may_read(&app, &call).await?;
    let directory = app.snapshot::<Directory>().await?;
    let item = |one: &Organisation| OrganisationItem {
        id: OrganisationId::shared(one.id),
        key: one.key.clone(),
        kind: one.kind,
        name: one.name.clone(),
        street: one.street.map(|street| street.to_string()),
        parent: one.parent.map(OrganisationId::shared),
    };
    Ok(Json(List::whole(directory.all().map(item).collect(), app.clock().now())))
}

/// Posts with their head counts, by page.
#[utoipa::path(get, path = "/staff/posts", tag = "staff", params(PostsOf, Page), responses((status = 200, body = List<PostItem>)))]
async fn posts(
    State(app): State<App>,
    call: Call,
    Query(of): Query<PostsOf>,
    Query(page): Query<Page>,
) -> Result<Json<List<PostItem>>, Error> {
    may_read(&app, &call).await?;
    let organisation = match &of.organisation {
        Some(text) => text.parse::<OrganisationId>().map_err(|_| Error::Missing("organisation"))?.id,
        None => 0,
    };
    let area = of.area.as_deref().map(|text| area_of("area", text)).transpose()?.map_or(0, AreaCode::value);
    let (directory, areas) = (app.snapshot::<Directory>().await?, app.snapshot::<Areas>().await?);
    let after = page.after::<i64>()?.unwrap_or(0);
    let limit = page.limit() + 1;
    let rows = app.read(move |r| async move { query::posts(&r, organisation, area, after, limit).await }).await?;
    let list = List::cut(rows, &page, app.clock().now(), |row| row.id, |row| PostItem {
        id: PostId::shared(row.id),
        kind: row.kind,
        title: Text::owned(row.title_zh, row.title_en),
        area: row.area.to_string(),
        area_name: areas.name(row.area),
        organisation: row.organisation_id.and_then(|id| directory.organisation(id)).map(named),
        valid_to: row.valid_to,
        holders: row.holders,
    })?;
    Ok(Json(list))
}

/// Who holds or held a post, the latest first.
#[utoipa::path(get, path = "/staff/tenures", tag = "staff", params(TenuresOf), responses((status = 200, body = List<TenureItem>)))]
async fn tenures(State(app): State<App>, call: Call, Query(of): Query<TenuresOf>) -> Result<Json<List<TenureItem>>, Error> {
    may_read(&app, &call).await?;
    let post: PostId = of.post.parse().map_err(|_| Error::Missing("post"))?;
    let found = app.read(move |r| async move { query::tenures(&r, post.id).await }).await?;
    let (row, held) = found.ok_or(Error::Missing("post"))?;
    let title = Text::owned(row.title_zh, row.title_en);
    let item = |one: query::TenureRow| TenureItem {
        id: one.id.to_string(),
        post,
        post_title: title.clone(),
        person_name: one.person_name,
        from: one.valid_from,
        to: one.valid_to,
    };
    Ok(Json(List::whole(held.into_iter().map(item).collect(), app.clock().now())))
}

/// Opens a post.
#[utoipa::path(post, path = "/staff/posts", tag = "staff", request_body = PostIn, responses((status = 201)))]
async fn open(State(app): State<App>, call: Call, Json(body): Json<PostIn>) -> Result<(StatusCode, Json<PostCreated>), Error> {
    let area = area_of("area", &body.area)?;
    let title = Text::owned(filled("title.zh", &body.title.zh, 40)?, filled("title.en", &body.title.en, 80)?);
    let directory = app.snapshot::<Directory>().await?;
    let organisation = match body.organisation {
        Some(id) => Some(directory.organisation(id.id).ok_or(Error::Missing("organisation"))?),
        None => None,
    };
    let place = match organisation {
        Some(organisation) => organisation.name.clone(),
        None => app.snapshot::<Areas>().await?.name(area.value()),
    };
    let new = NewPost { kind: body.kind, area: area.value(), organisation: organisation.map(|one| one.id), title, place };
    let street = area.street_id().unwrap_or(app.district());
    let id = app.write(&call, street, move |w| async move { post::open_post(&w, new).await }).await?;
    Ok((StatusCode::CREATED, Json(PostCreated { id: PostId::shared(id) })))
}

/// A post that was just opened.
#[derive(Serialize, ToSchema)]
struct PostCreated {
    id: PostId,
}

/// Appoints the owner of an account to a post, from now on.
#[utoipa::path(post, path = "/staff/tenures", tag = "staff", request_body = TenureIn, responses((status = 201)))]
async fn appoint(State(app): State<App>, call: Call, Json(body): Json<TenureIn>) -> Result<StatusCode, Error> {
    let unknown = || Error::field("username", Text::new("没有这个用户名", "there is no such username"));
    let account = platform::find_by_username(&app, &body.username).await?.ok_or_else(unknown)?;
    let post = body.post.id;
    app.write(&call, app.district(), move |w| async move { post::appoint(&w, post, account.id, w.now()).await }).await?;
    Ok(StatusCode::CREATED)
}

/// Ends a tenure; rights that hang on it end with it.
#[utoipa::path(delete, path = "/staff/tenures/{id}", tag = "staff", responses((status = 204)))]
async fn relieve(State(app): State<App>, call: Call, Path(id): Path<i64>) -> Result<StatusCode, Error> {
    app.write(&call, app.district(), move |w| async move { post::relieve(&w, id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens an account with a password for its first use, shown once.
#[utoipa::path(post, path = "/staff/accounts", tag = "staff", request_body = AccountIn, responses((status = 201, body = AccountOut)))]
async fn open_an_account(State(app): State<App>, call: Call, Json(body): Json<AccountIn>) -> Result<(StatusCode, Json<AccountOut>), Error> {
    let (username, person_name) = (filled("username", &body.username, 40)?, filled("person_name", &body.person_name, 40)?);
    app.policy().require(call.caller()?, "account:manage", &Thing::at(app.district()), app.clock().now())?;
    let password = app.chance().readable()?;
    let hash = hash_password(&app, &username, &password).await?;
    let name = username.clone();
    let id = app
        .write(&call, app.district(), move |w| async move {
            w.require("account:manage", &Thing::at(w.app().district()))?;
            open_account(&w, &name, &person_name, hash).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(AccountOut { id: id.to_string(), username, one_time_password: password })))
}

fn grid_of(code: &str) -> Result<AreaCode, Error> {
    let code: AreaCode = code.parse().map_err(|_| Error::Missing("grid"))?;
    Some(code).filter(|code| code.level() == AreaLevel::Grid).ok_or(Error::Missing("grid"))
}

/// Who serves a grid, who is missing, and what is attached to it.
#[utoipa::path(get, path = "/staff/grids/{code}", tag = "staff", responses((status = 200, body = Roster)))]
async fn grid_roster(State(app): State<App>, call: Call, Path(code): Path<String>) -> Result<Json<Roster>, Error> {
    may_read(&app, &call).await?;
    let grid = grid_of(&code)?;
    let (street, code) = (grid.street_id().unwrap_or_default(), grid.value());
    let (duties, bodies) = app.read(move |r| async move { query::roster(&r, street, code).await }).await?;
    let property = bodies.iter().any(|body| body.kind == BodyKind::Property);
    let count = |role| duties.iter().filter(|duty| duty.role == role).count() as i64;
    let vacancies = GridRole::ALL
        .map(|role| RoleCount { role, needed: role.needed(property), held: count(role) })
        .into_iter()
        .filter(|role| role.held < role.needed)
        .collect();
    let items = duties.iter().map(|duty| RosterItem {
        id: duty.id.to_string(),
        role: duty.role,
        person_name: duty.person_name.clone(),
        since: duty.valid_from,
    });
    let organisations = bodies.iter().map(|body| BodyItem {
        kind: body.kind,
        name: Text::owned(&body.name_zh, &body.name_en),
        count: body.people,
    });
    Ok(Json(Roster { items: items.collect(), vacancies, organisations: organisations.collect() }))
}

/// Lets a person serve a grid from now on.
#[utoipa::path(post, path = "/staff/grids/{code}/duties", tag = "staff", request_body = DutyIn, responses((status = 201)))]
async fn assign(State(app): State<App>, call: Call, Path(code): Path<String>, Json(body): Json<DutyIn>) -> Result<StatusCode, Error> {
    let (grid, name) = (grid_of(&code)?, filled("person_name", &body.person_name, 40)?);
    app.snapshot::<Areas>().await?.area(grid).ok_or(Error::Missing("grid"))?;
    let street = grid.street_id().unwrap_or(app.district());
    app.write(&call, street, move |w| async move { grid::assign_grid_role(&w, grid, body.role, &name, None).await }).await?;
    Ok(StatusCode::CREATED)
}

/// Ends a person's service in a grid.
#[utoipa::path(delete, path = "/staff/grids/{code}/duties/{id}", tag = "staff", responses((status = 204)))]
async fn end_duty(State(app): State<App>, call: Call, Path((code, id)): Path<(String, i64)>) -> Result<StatusCode, Error> {
    let grid = grid_of(&code)?;
    let street = grid.street_id().unwrap_or(app.district());
    app.write(&call, street, move |w| async move { grid::end_grid_role(&w, grid, id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Grids in which somebody is missing.
#[utoipa::path(get, path = "/staff/vacancies", tag = "staff", params(Within), responses((status = 200, body = List<Vacancy>)))]
async fn vacancies(State(app): State<App>, call: Call, Query(query): Query<Within>) -> Result<Json<List<Vacancy>>, Error> {
    may_read(&app, &call).await?;
    let within = query.within.as_deref().map(|text| area_of("within", text)).transpose()?;
    let areas = app.snapshot::<Areas>().await?;
    let wanted = |code: AreaCode| within.is_none_or(|within| within.contains(code));
    let mut found = Vec::new();
    for street in areas.streets().iter().copied() {
        let of_street = within.and_then(AreaCode::street_id);
        if of_street.is_some_and(|only| only != street) {
            continue;
        }
        let (served, property) = app.read(move |r| async move { query::served(&r, street).await }).await?;
        let property: HashSet<i64> = property.into_iter().collect();
        let held: HashMap<(i64, GridRole), i64> = served.into_iter().map(|row| ((row.grid, row.role), row.people)).collect();
        for grid in areas.grids().filter(|grid| grid.code.street_id() == Some(street) && wanted(grid.code)) {
            for role in GridRole::ALL {
                let code = grid.code.value();
                let (needed, held) = (role.needed(property.contains(&code)), held.get(&(code, role)).copied().unwrap_or(0));
                if held < needed {
                    found.push(Vacancy { area: grid.code.to_string(), area_name: areas.name(code), role, needed, held });
                }
            }
        }
    }
    Ok(Json(List::whole(found, app.clock().now())))
}

/// Posts granted to each organisation beside posts held.
#[utoipa::path(get, path = "/staff/establishment", tag = "staff", responses((status = 200, body = List<EstablishmentItem>)))]
async fn establishment(State(app): State<App>, call: Call) -> Result<Json<List<EstablishmentItem>>, Error> {
    may_read(&app, &call).await?;
    let directory = app.snapshot::<Directory>().await?;
    let rows = app.read(|r| async move { query::granted(&r).await }).await?;
    let items = rows.into_iter().filter_map(|row| {
        let organisation = named(directory.organisation(row.organisation_id)?);
        Some(EstablishmentItem { organisation, kind: row.kind, quota: row.quota, held: row.held })
    });
    Ok(Json(List::whole(items.collect(), app.clock().now())))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(organisations))
        .routes(routes!(posts, open))
        .routes(routes!(tenures, appoint))
        .routes(routes!(relieve))
        .routes(routes!(open_an_account))
        .routes(routes!(grid_roster))
        .routes(routes!(assign))
        .routes(routes!(end_duty))
        .routes(routes!(vacancies))
        .routes(routes!(establishment))
}
