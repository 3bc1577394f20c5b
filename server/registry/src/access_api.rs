//! `/resident-access` on the wire: the clerk hands a resident the code to their own page.

use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::BASE64;
use paper::{Block, Code, Document, Fact, Paper, Printed};
use platform::{App, Call, Error, Json, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{ResidentKey, draw_code, issue};
use crate::look::{self, Asked};
use crate::mask::MaskedName;
use crate::resident::{Resident, ResidentId};

/// Who stands at the window.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccessIn {
    #[schema(value_type = String)]
    resident: ResidentId,
}

/// The code, which exists only in this answer.
#[derive(Serialize, ToSchema)]
struct AccessOut {
    #[schema(value_type = String)]
    resident: ResidentId,
    name: MaskedName,
    code: String,
    expires_at: platform::Millis,
    /// The slip to hand over: a PDF for a roll of 80 mm, in base64.
    slip: String,
}

/// Hands out a code that opens "my information" for thirty days; an earlier one ends.
#[utoipa::path(post, path = "/resident-access", tag = "registry", request_body = AccessIn,
    responses((status = 201, body = AccessOut)))]
async fn hand_out(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Json(body): Json<AccessIn>,
) -> Result<(StatusCode, Json<AccessOut>), Error> {
    let caller = call.caller()?.clone();
    let (code, id) = (draw_code(app.chance())?, body.resident);
    let typed = code.clone();
    // Not done once for a repeated key: the answer would have to be kept, and with it the code. A second click hands out
    // a second code, and the first one ends.
    let issued =
        look::through(&app, &call, id.street, move |w| async move { issue(&w, &asked, id, &typed).await });
    let (resident, key) = issued.await?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let areas = app.snapshot::<areas::Directory>().await?;
    let title = staff.post_title(caller.post.id);
    let title = title.unwrap_or_else(|| Text::new("窗口", "the window"));
    let public_url = app.config().server.public_url.trim_end_matches('/').to_owned();
    let slip = Slip { resident: &resident, key: &key, code: &code, issuer: areas.name(resident.street_id) };
    let document = slip.document(&call, &title, &public_url);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    let out = AccessOut {
        resident: resident.wire_id(),
        name: MaskedName::of(&resident.name),
        code,
        expires_at: key.expires_at,
        slip: BASE64.encode(&bytes),
    };
    Ok((StatusCode::CREATED, Json(out)))
}

struct Slip<'a> {
    resident: &'a Resident,
    key: &'a ResidentKey,
    code: &'a str,
    issuer: Text,
}

impl Slip<'_> {
    fn document(&self, call: &Call, title: &Text, public_url: &str) -> Document {
        let words = |zh, en| Text::new(zh, en).in_lang(call.lang).to_owned();
        let until = self.key.expires_at.beijing().strftime("%Y-%m-%d %H:%M").to_string();
        let page = format!("{public_url}/p/mine");
        let blocks = vec![
            Block::Facts(vec![
                Fact::wide(words("姓名", "Name"), MaskedName::of(&self.resident.name).to_string()),
                Fact::wide(words("查询码", "Code"), self.code),
                Fact::wide(words("有效期至", "Opens until"), until),
                Fact::wide(words("网址", "Page"), page.clone()),
            ]),
            Block::Text(words(
                "扫码或打开上面的网址，输入证件号码和查询码，即可查看登记信息、谁查看过、申请更正、下载全部内容。",
                "Scan the code or open the page above; enter your identity number and this code to see what is registered \
                 about you, who looked, to ask for a correction and to take a copy of everything.",
            )),
            Block::Small(words(
                "查询码等同于您本人，请勿交给他人；遗失请到窗口重新领取，旧码随即失效。",
                "The code stands for you: give it to nobody. If it is lost, ask at the window for a new one; the old one \
                 then opens nothing.",
            )),
        ];
        Document {
            paper: Paper::Receipt,
            lang: call.lang,
            issuer: self.issuer.in_lang(call.lang).to_owned(),
            title: words("我的信息查询码", "Code to my information"),
            number: None,
            code: Some(Code { text: page, caption: words("扫码打开", "Scan to open") }),
            blocks,
            printed: Printed {
                by: title.in_lang(call.lang).to_owned(),
                at: self.key.issued_at,
                purpose: words("窗口办理", "service at the window"),
            },
        }
    }
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(hand_out))
}
