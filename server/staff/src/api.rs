//! Posts and tenures on the wire; organisations, grids and accounts stand beside.

use areas::Directory as Areas;
use axum::extract::State;
use axum::http::StatusCode;
use platform::posts::{OrganisationId, OrganisationOut, Post, PostId};
use platform::{App, AreaCode, Call, Error, Json, List, Millis, Page, Path, PostKind, Query, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::directory::Directory;
use crate::form::{self, Form};
use crate::organisation::Organisation;
use crate::organisation_api::named;
use crate::post::{self, NewPost, TenureId};
use crate::{account_api, grid_api, organisation_api, query};

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostIn {
    #[schema(value_type = PostKind)]
    kind: String,
    area: String,
    organisation: Option<String>,
    title: Text,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TenureIn {
    post: String,
    username: String,
    /// When it begins; now when absent.
    from: Option<Millis>,
}

#[derive(Deserialize, IntoParams)]
struct PostsOf {
    /// Posts of one organisation.
    organisation: Option<String>,
    /// Posts that serve an area or one that lies in it: 6 to 15 digits.
    area: Option<String>,
}

#[derive(Deserialize, IntoParams)]
struct TenuresOf {
    /// The post whose holders are asked for.
    post: String,
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

/// A post that was just opened.
#[derive(Serialize, ToSchema)]
struct PostCreated {
    id: PostId,
}

/// One person's time in a post.
#[derive(Serialize, ToSchema)]
struct TenureItem {
    id: TenureId,
    post: PostId,
    post_title: Text,
    person_name: String,
    from: Millis,
    to: Option<Millis>,
}

/// A tenure that was just arranged.
#[derive(Serialize, ToSchema)]
struct TenureCreated {
    id: TenureId,
}

/// What the lists of this room show is for every post.
pub(crate) fn may_read(app: &App, call: &Call) -> Result<(), Error> {
    app.policy().require(call.caller()?, "staff:read", &Thing::at(app.district()), app.clock().now())
}

/// Posts in force with their head counts, by page.
#[utoipa::path(get, path = "/staff/posts", tag = "staff", params(PostsOf, Page),
    responses((status = 200, body = List<PostItem>)))]
async fn posts(
    State(app): State<App>,
    call: Call,
    Query(of): Query<PostsOf>,
    Query(page): Query<Page>,
) -> Result<Json<List<PostItem>>, Error> {
    may_read(&app, &call)?;
    let mut form = Form::default();
    let area = match &of.area {
        Some(text) => {
            form.kept("area", form::area(text)).map(AreaCode::value).ok_or_else(|| form.refused())?
        }
        None => 0,
    };
    let (directory, areas) = (app.snapshot::<Directory>().await?, app.snapshot::<Areas>().await?);
    let organisation = match &of.organisation {
        Some(text) => found(&directory, text).ok_or(Error::Missing("organisation"))?.id,
        None => 0,
    };
    let after = page.after::<i64>()?.unwrap_or(0);
    let limit = page.limit() + 1;
    let rows =
        app.read(move |r| async move { query::posts(&r, organisation, area, after, limit).await }).await?;
    let item = |row: query::PostRow| PostItem {
        id: PostId::shared(row.id),
        kind: row.kind,
        title: Text::owned(row.title_zh, row.title_en),
        area: row.area.to_string(),
        area_name: areas.name(row.area),
        organisation: row.organisation_id.and_then(|id| directory.organisation(id)).map(named),
        valid_to: row.valid_to,
        holders: row.holders,
    };
    Ok(Json(List::cut(rows, &page, app.clock().now(), |row| row.id, item)?))
}

fn found<'a>(directory: &'a Directory, id: &str) -> Option<&'a Organisation> {
    id.parse::<OrganisationId>().ok().and_then(|id| directory.organisation(id.id))
}

/// The post that a path or a body names, closed or in force.
async fn post_of(app: &App, id: i64) -> Result<Post, Error> {
    app.read(move |r| async move { query::post(&r, id).await }).await?.ok_or(Error::Missing("post"))
}

/// Who holds, held or will hold a post, the latest first.
#[utoipa::path(get, path = "/staff/tenures", tag = "staff", params(TenuresOf),
    responses((status = 200, body = List<TenureItem>)))]
async fn tenures(
    State(app): State<App>,
    call: Call,
    Query(of): Query<TenuresOf>,
) -> Result<Json<List<TenureItem>>, Error> {
    may_read(&app, &call)?;
    let post: PostId = of.post.parse().map_err(|_| Error::Missing("post"))?;
    let row = post_of(&app, post.id).await?;
    let held = app.read(move |r| async move { query::tenures(&r, post.id).await }).await?;
    let title = Text::owned(row.title_zh, row.title_en);
    let item = |one: query::TenureRow| TenureItem {
        id: TenureId::shared(one.id),
        post,
        post_title: title.clone(),
        person_name: one.person_name,
        from: one.valid_from,
        to: one.valid_to,
    };
    Ok(Json(List::whole(held.into_iter().map(item).collect(), app.clock().now())))
}

/// Opens a post from now on.
#[utoipa::path(post, path = "/staff/posts", tag = "staff", request_body = PostIn,
    responses((status = 201, body = PostCreated)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<PostIn>,
) -> Result<(StatusCode, Json<PostCreated>), Error> {
    let (directory, areas) = (app.snapshot::<Directory>().await?, app.snapshot::<Areas>().await?);
    let mut form = Form::default();
    let kind = form.kept("kind", form::word::<PostKind>(&body.kind));
    let area = form.kept("area", in_force(&areas, &body.area));
    let title = form.title(&body.title);
    let unknown = Text::new("没有这个机构", "there is no such organisation");
    let organisation =
        body.organisation.as_deref().map(|id| found(&directory, id).ok_or(unknown)).transpose();
    let organisation = form.kept("organisation", organisation);
    let (Some(kind), Some(area), Some(title), Some(organisation)) = (kind, area, title, organisation) else {
        return Err(form.refused());
    };
    let place = organisation.map_or_else(|| areas.name(area), |one| one.name.clone());
    let new = NewPost { kind, area, organisation: organisation.map(|one| one.id), title, place };
    let log = post::log_of(area, app.district());
    let id = app.once(&call, log, &body, move |w| async move { post::open_post(&w, new).await }).await?;
    Ok((StatusCode::CREATED, Json(PostCreated { id: PostId::shared(id) })))
}

/// The value of a code that an area in force has.
fn in_force(areas: &Areas, text: &str) -> Result<i64, Text> {
    let code = form::area(text)?;
    let area = areas.area(code).filter(|area| area.valid_to.is_none());
    let unknown = Text::new("没有这个区划，或已撤销", "there is no such area in force");
    area.map(|area| area.code.value()).ok_or(unknown)
}

/// Appoints the owner of an account to a post, from now or from a later day on.
#[utoipa::path(post, path = "/staff/tenures", tag = "staff", request_body = TenureIn,
    responses((status = 201, body = TenureCreated)))]
async fn appoint(
    State(app): State<App>,
    call: Call,
    Json(body): Json<TenureIn>,
) -> Result<(StatusCode, Json<TenureCreated>), Error> {
    let (caller, now) = (call.caller()?, app.clock().now());
    let post: PostId = body.post.parse().map_err(|_| Error::Missing("post"))?;
    let row = post_of(&app, post.id).await?;
    // Before the name is looked up: who may not fill the post does not learn which names exist.
    app.policy().require(caller, post::right_over(row.kind), &Thing::at(row.area), now)?;
    let account = platform::find_by_username(&app, &body.username).await?;
    let unknown =
        || Error::field("username", Text::new("没有这个账号，或已停用", "there is no such username in use"));
    let account = account.filter(|account| account.disabled_at.is_none()).ok_or_else(unknown)?.id;
    let (log, from) = (post::log_of(row.area, app.district()), body.from);
    let verb = move |w: platform::Write| async move {
        post::appoint(&w, post.id, account, from.unwrap_or(w.now())).await
    };
    let id = app.once(&call, log, &body, verb).await?;
    Ok((StatusCode::CREATED, Json(TenureCreated { id: TenureId::shared(id) })))
}

/// Ends a tenure; rights that hang on it end with it.
#[utoipa::path(delete, path = "/staff/tenures/{id}", tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn relieve(State(app): State<App>, call: Call, Path(id): Path<TenureId>) -> Result<StatusCode, Error> {
    call.caller()?;
    let post = app.read(move |r| async move { query::post_of_tenure(&r, id.id).await }).await?;
    let log = post::log_of(post.ok_or(Error::Missing("tenure"))?.area, app.district());
    app.write(&call, log, move |w| async move { post::relieve(&w, id.id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a post and ends every tenure in it.
#[utoipa::path(delete, path = "/staff/posts/{id}", tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn close(State(app): State<App>, call: Call, Path(id): Path<PostId>) -> Result<StatusCode, Error> {
    call.caller()?;
    let log = post::log_of(post_of(&app, id.id).await?.area, app.district());
    app.write(&call, log, move |w| async move { post::close_post(&w, id.id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(posts, open))
        .routes(routes!(close))
        .routes(routes!(tenures, appoint))
        .routes(routes!(relieve))
        .merge(organisation_api::router())
        .merge(account_api::router())
        .merge(grid_api::router())
}
