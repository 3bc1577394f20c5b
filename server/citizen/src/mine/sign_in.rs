//! `/public/mine/sign-in` on the wire: the number of a document and the code from the window.

use axum::extract::State;
use chinese::identity;
use data_encoding::HEXLOWER;
use platform::{App, Error, Json, Millis, Text};
use registry::look::pseudonym;
use registry::mask::MaskedName;
use registry::{Resident, ResidentKey, ResidentState, missed, with_number};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::pass::{PASS_MS, issue};
use crate::visitor::Visitor;

/// Longer than any number, and than any code, is written.
const NUMBER_CHARS: usize = 40;
/// The name under which tries on a number are counted.
const TRIES: &str = "citizen.mine.tries";

/// Who wants to see their own page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MineSignIn {
    /// The number of an identity card, a permit or a passport.
    id_number: String,
    /// From the slip.
    code: String,
}

/// A pass: send it as `Wangge-Resident` with every call, and keep it nowhere.
#[derive(Serialize, ToSchema)]
struct MinePass {
    pass: String,
    until: Millis,
    name: MaskedName,
    street: Text,
}

fn refused() -> Error {
    Error::SignIn(
        "wrong_code",
        Text::new(
            "证件号码或查询码不对，或查询码已过期。查询码可到街道便民服务中心窗口领取",
            "the number or the code is wrong, or the code has run out; codes are handed out at the street's window",
        ),
    )
}

/// Opens "my information" for half an hour.
#[utoipa::path(post, path = "/public/mine/sign-in", tag = "mine", request_body = MineSignIn,
    responses((status = 200, body = MinePass)))]
async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<MineSignIn>,
) -> Result<Json<MinePass>, Error> {
    let typed: String = body.id_number.chars().take(NUMBER_CHARS).collect();
    let code: String = body.code.chars().take(NUMBER_CHARS).collect();
    let number =
        identity::read(&typed).map_or_else(|_| identity::cleaned(&typed), |read| read.text().to_owned());
    let now = app.clock().now();
    let tries = HEXLOWER.encode(&app.vault().index(TRIES, &number));
    app.limiters().guesses().count(visitor.peer, &tries, now)?;
    let found = candidates(&app, number).await?;
    let is_right = |(_, key): &&(Resident, ResidentKey)| key.is_open(now) && key.is_of(&app, &code);
    let Some((resident, key)) = found.iter().find(is_right) else {
        // Both kinds of wrong cost one entry in a ledger, so that the time does not tell them apart.
        let known = found.into_iter().next().map(|(_, key)| key);
        let street = known.as_ref().map_or(app.district(), |key| key.street_id);
        let refuse = app.write(&visitor.call, street, move |w| async move {
            match known {
                Some(key) => missed(&w, &key).await?,
                None => {
                    w.record("access:refuse", "nobody", json!({}));
                }
            }
            Ok(())
        });
        refuse.await?;
        return Err(refused());
    };
    app.limiters().guesses().was_right(visitor.peer, &tries);
    let until = now.plus(PASS_MS).min(key.expires_at);
    let subject = pseudonym(&app, resident.street_id, resident.id);
    let entered = app.write(&visitor.call, resident.street_id, move |w| async move {
        w.record("access:open", subject, json!({ "until": until }));
        Ok(())
    });
    entered.await?;
    let street = app.snapshot::<areas::Directory>().await?.name(resident.street_id);
    let name = MaskedName::of(&resident.name);
    Ok(Json(MinePass { pass: issue(&app, key, until), until, name, street }))
}

/// Those with the number to whom a code was handed out.
async fn candidates(app: &App, number: String) -> Result<Vec<(Resident, ResidentKey)>, Error> {
    let (asking, areas) = (app.clone(), app.snapshot::<areas::Directory>().await?);
    app.read(move |r| async move {
        let mut found = Vec::new();
        for street in areas.streets() {
            for resident in with_number(&asking, &r, *street, &number).await? {
                let key: Option<ResidentKey> = r.find(&vals![*street, resident.id]).await?;
                let is_here = matches!(resident.state, ResidentState::Living | ResidentState::Left);
                found.extend(key.filter(|_| is_here).map(|key| (resident, key)));
            }
        }
        Ok(found)
    })
    .await
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in))
}
