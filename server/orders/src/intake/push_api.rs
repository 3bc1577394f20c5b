//! `/intake` on the wire: tickets and events that other systems send, each under its own number.

use areas::{AreaCode, Position};
use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Error, FieldProblem, Json, Millis, SystemCall, SystemKind, Text};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sheet::class;
use super::ticket::{NewTicket, TicketCategory, by_number};
use crate::books::books;
use crate::contact::Contact;
use crate::order::{Order, OrderId};
use crate::report::{NewOrder, draft};
use crate::wire::ContactIn;
use crate::words::Source;

/// A ticket of the hotline.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TicketIn {
    /// Its number there; sent again, it is the same ticket.
    number: String,
    /// The channel that numbers it; `12345` when absent.
    channel: Option<String>,
    /// The code of a case class, or the name of one.
    class: String,
    /// Longitude and latitude in degrees, WGS-84.
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<(f64, f64)>,
    /// The code of a community or a grid, when the point is not known.
    area: Option<String>,
    address: String,
    description: String,
    #[serde(default)]
    urgent: bool,
    contact: Option<ContactIn>,
    /// 来电类别.
    category: Option<TicketCategory>,
    urgency: Option<String>,
    /// Whoever handles it is not told who called.
    #[serde(default)]
    confidential: bool,
    #[serde(default)]
    wants_reply: bool,
    /// Who took the call.
    agent: Option<String>,
    received_at: Option<Millis>,
    /// The limit that is printed on the ticket.
    reply_by: Option<Millis>,
    note: Option<String>,
}

/// What another system noticed about a place. It brings no picture and names nobody.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceEventIn {
    /// Its number there; sent again, it is the same event.
    number: String,
    /// The code of a case class, or the name of one.
    class: String,
    /// Longitude and latitude in degrees, WGS-84.
    #[schema(value_type = (f64, f64))]
    point: (f64, f64),
    address: String,
    description: String,
    #[serde(default)]
    urgent: bool,
    /// When it was noticed.
    noticed_at: Option<Millis>,
}

/// The order that it became.
#[derive(Serialize, Deserialize, ToSchema)]
struct IntakeReceipt {
    id: OrderId,
    /// 受理编号.
    number: String,
    /// It was taken before under this number.
    known: bool,
}

impl IntakeReceipt {
    fn of(order: &Order, known: bool) -> Self {
        Self { id: order.wire_id(), number: order.number.clone(), known }
    }
}

/// Takes a ticket of the hotline in, once for each number.
#[utoipa::path(post, path = "/intake/tickets", tag = "intake", request_body = TicketIn,
    responses((status = 201, body = IntakeReceipt), (status = 200, body = IntakeReceipt)))]
async fn ticket(
    State(app): State<App>,
    by: SystemCall,
    Json(body): Json<TicketIn>,
) -> Result<(StatusCode, Json<IntakeReceipt>), Error> {
    let ticket = NewTicket {
        channel: body.channel.unwrap_or_default(),
        number: body.number,
        category: body.category,
        urgency: body.urgency,
        confidential: body.confidential,
        wants_reply: body.wants_reply,
        agent: body.agent,
        received_at: body.received_at,
        reply_by: body.reply_by,
        note: body.note,
    };
    let contact = body.contact.map(|contact| Contact { name: contact.name, phone: contact.phone });
    let new = NewOrder {
        source: Source::Hotline,
        class: body.class,
        position: point(body.point)?,
        area: area(body.area.as_deref())?,
        address: body.address,
        description: body.description,
        urgent: body.urgent || ticket.is_urgent(),
        files: Vec::new(),
        contact,
    };
    take(app, by, SystemKind::Hotline, new, ticket).await
}

/// Takes an event about a place in, once for each number.
#[utoipa::path(post, path = "/intake/events", tag = "intake", request_body = PlaceEventIn,
    responses((status = 201, body = IntakeReceipt), (status = 200, body = IntakeReceipt)))]
async fn event(
    State(app): State<App>,
    by: SystemCall,
    Json(body): Json<PlaceEventIn>,
) -> Result<(StatusCode, Json<IntakeReceipt>), Error> {
    let ticket = NewTicket {
        // Two systems may count alike.
        channel: by.system.wire_id().to_string(),
        number: body.number,
        received_at: body.noticed_at,
        ..NewTicket::default()
    };
    let new = NewOrder {
        source: Source::PlaceEvent,
        class: body.class,
        position: point(Some(body.point))?,
        area: None,
        address: body.address,
        description: body.description,
        urgent: body.urgent,
        files: Vec::new(),
        contact: None,
    };
    take(app, by, SystemKind::PlaceEvent, new, ticket).await
}

async fn take(
    app: App,
    by: SystemCall,
    kind: SystemKind,
    new: NewOrder,
    ticket: NewTicket,
) -> Result<(StatusCode, Json<IntakeReceipt>), Error> {
    if by.system.kind != kind {
        return Err(Error::Forbidden(Text::new("该密钥不能用于此接口", "this key is not for this address")));
    }
    let books = books(&app).await?;
    let new = NewOrder { class: class(&books, None, new.class.trim()), ..new };
    let (drafted, ticket) = match (draft(&app, &books, &by.call, app.clock().now(), new), ticket.tidy()) {
        (Ok(drafted), Ok(ticket)) => (drafted, ticket),
        (Err(Error::Invalid(mut fields)), Err(more)) => {
            fields.extend(more);
            return Err(Error::invalid(fields));
        }
        (Err(error), _) => return Err(error),
        (_, Err(fields)) => return Err(Error::invalid(fields)),
    };
    let street = drafted.street();
    if let Some(order) = known(&app, street, &ticket).await? {
        return Ok((StatusCode::OK, Json(IntakeReceipt::of(&order, true))));
    }
    let kept = ticket.clone();
    let filed = app.write(&by.call, street, move |w| async move {
        let order = drafted.file(&w).await?;
        kept.write(&w, &order).await?;
        Ok(order)
    });
    match filed.await {
        Ok(order) => Ok((StatusCode::CREATED, Json(IntakeReceipt::of(&order, false)))),
        // Two at once: the loser finds what the winner filed.
        Err(conflict @ Error::Conflict { .. }) => match known(&app, street, &ticket).await? {
            Some(order) => Ok((StatusCode::OK, Json(IntakeReceipt::of(&order, true)))),
            None => Err(conflict),
        },
        Err(error) => Err(error),
    }
}

async fn known(app: &App, street: i64, ticket: &NewTicket) -> Result<Option<Order>, Error> {
    let (channel, number) = (ticket.channel.clone(), ticket.number.clone());
    app.read(move |r| async move {
        match by_number(&r, street, &channel, &number).await? {
            Some(ticket) => Ok(r.find(&vals![street, ticket.id]).await?),
            None => Ok(None),
        }
    })
    .await
}

fn point(point: Option<(f64, f64)>) -> Result<Option<Position>, Error> {
    let position = point.map(|(lon, lat)| Position::new(lon, lat)).transpose();
    position.map_err(|error| Error::field("point", Text::owned(error.zh(), error.to_string())))
}

fn area(code: Option<&str>) -> Result<Option<AreaCode>, Error> {
    let area = code.map(str::parse::<AreaCode>).transpose();
    area.map_err(|error| {
        Error::Invalid(vec![FieldProblem::new("area", Text::owned(error.zh(), error.to_string()))])
    })
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ticket)).routes(routes!(event))
}
