//! Taking a request in.

use areas::{AreaCode, Position};
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use orders::{Books, Contact, NewOrder, Order, REPORT_PHOTOS, Source, books, draft, find};
use platform::{App, Call, Error, FieldProblem, FileId, Lang, Millis, SystemInUse, Text, Who, uploads};
use sha2::{Digest, Sha256};
use store::{sql, table, vals};

use super::form::Form;
use super::format::{Answer, Refused};
use super::services::condition;
use super::tree::{Node, is_writable};
use crate::promise::promise;

/// The longest description, in characters.
const DESCRIPTION_CHARS: usize = 4_000;
/// The same call within this time is the same request.
const SPAN_MS: i64 = 10 * 60_000;
/// The longest address of a picture elsewhere.
const LINK_CHARS: usize = 500;

table! {
    /// The mark of a call that became an order. Its id is the order's.
    struct Posted in "open311_posts" key 2 {
        street_id: i64,
        id: i64,
        /// A keyed hash of who sent what.
        mark: Vec<u8>,
        /// Which ten minutes: of two at once, one is refused.
        span: i64,
        at: Millis,
    }
}

sql! {
    BEFORE: Posted = "WHERE street_id = $1 AND mark = $2 AND at > $3 ORDER BY id DESC LIMIT 1";
}

/// Takes a request in; the test endpoint only checks it.
///
/// # Errors
/// One text for each thing that is wrong.
pub(crate) async fn post(
    app: &App,
    (call, system): (Call, SystemInUse),
    form: Form,
    is_test: bool,
) -> Result<Answer, Refused> {
    let (books, now, lang) = (books(app).await?, app.clock().now(), call.lang);
    let call = Call { who: Who::System(system), key: None, ..call };
    let mark = mark(app, system, &form);
    let new = new_order(&books, &form)?;
    let street = draft(app, &books, &call, now, new.clone()).map_err(by_their_names)?.street();
    if is_test {
        return Ok(answer("test", &Text::new("仅校验，未登记", "checked, and not filed"), lang));
    }
    if let Some(order) = again(app, street, &mark).await? {
        return Ok(answer(&order.number, &promise(&books, &order), lang));
    }
    let mut files = Vec::with_capacity(form.files.len());
    for bytes in form.files {
        // Whoever sends a picture may be no account: it waits as a resident's does.
        files.push(uploads::keep(app, &call, 0, bytes).await?.id);
    }
    let drafted = draft(app, &books, &call, now, NewOrder { files, ..new }).map_err(by_their_names)?;
    let kept = mark.clone();
    let filed = app.write(&call, street, move |w| async move {
        let order = drafted.file(&w).await?;
        let (street_id, id) = (order.street_id, order.id);
        w.insert(&Posted { street_id, id, mark: kept, span: now.0 / SPAN_MS, at: now }).await?;
        Ok(order)
    });
    let order = match filed.await {
        // Two at once: the loser finds what the winner filed.
        Err(conflict @ Error::Conflict { .. }) => again(app, street, &mark).await?.ok_or(conflict)?,
        filed => filed?,
    };
    Ok(answer(&order.number, &promise(&books, &order), lang))
}

fn answer(id: &str, notice: &Text, lang: Lang) -> Answer {
    let record = Node::Record(vec![
        ("service_request_id", Node::text(id)),
        ("service_notice", Node::text(notice.in_lang(lang))),
        ("account_id", Node::Null),
    ]);
    let node = Node::List("request", vec![record]);
    Answer { status: StatusCode::CREATED, ..Answer::ok("service_requests", node) }
}

/// The order that the same call became a short while ago.
async fn again(app: &App, street: i64, mark: &[u8]) -> Result<Option<Order>, Error> {
    let mark = mark.to_vec();
    app.read(move |r| async move {
        let since = r.now().plus(-SPAN_MS);
        match r.opt::<Posted>(&BEFORE, &vals![street, mark, since]).await? {
            Some(posted) => find(&r, street, posted.id).await,
            None => Ok(None),
        }
    })
    .await
}

/// Keyed: a bare hash of a body that names a phone number would let that number be found by trying all.
fn mark(app: &App, system: SystemInUse, form: &Form) -> Vec<u8> {
    let mut said: Vec<_> = form.said().filter(|(name, _)| *name != "api_key").collect();
    said.sort_unstable();
    let mut digest = Sha256::new().chain_update(system.id.to_be_bytes());
    for (name, value) in said {
        for part in [name, value] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    for file in &form.files {
        digest.update(Sha256::digest(file));
    }
    app.vault().index("open311.post", &HEXLOWER.encode(&digest.finalize())).to_vec()
}

fn new_order(books: &Books, form: &Form) -> Result<NewOrder, Refused> {
    let mut problems = Vec::new();
    let class = form.one("service_code").unwrap_or_default().to_owned();
    if class.is_empty() {
        problems.push(Text::new("缺少 service_code", "service_code is missing"));
    } else if !books.catalogue.minor_codes().contains(&class) {
        return Err(Refused::missing(Text::new("没有这个 service_code", "no service has this service_code")));
    }
    let (position, area) = kept(place(books, form), &mut problems).unwrap_or_default();
    let condition = kept(condition(&books.catalogue, &class, form), &mut problems).flatten();
    let link = kept(link(form), &mut problems).flatten();
    let description = kept(description(form), &mut problems).unwrap_or_default();
    if form.files.len() > REPORT_PHOTOS {
        problems.push(Text::new("照片不超过 6 张", "six pictures at most"));
    }
    let named = position.and_then(|at| books.areas.locate(at)).or(area);
    let address = form.one("address_string").map(str::to_owned).unwrap_or_else(|| {
        named.map_or_else(|| "—".to_owned(), |area| books.areas.name(area.value()).zh.into_owned())
    });
    let description = match (description.is_empty(), books.catalogue.class(&class)) {
        (true, Some(class)) => class.name.zh.to_string(),
        _ => description,
    };
    let more = condition.map(|condition| format!("\n情形：{condition}")).into_iter();
    let more = more.chain(link.map(|link| format!("\n照片链接：{link}")));
    let description = more.fold(description, |told, more| told + &more);
    if description.chars().count() > DESCRIPTION_CHARS {
        problems.push(Text::new("description 不超过 4000 字", "description has 4,000 characters at most"));
    }
    if !problems.is_empty() {
        return Err(Refused::Said(StatusCode::BAD_REQUEST, problems));
    }
    Ok(NewOrder {
        source: Source::Open311,
        class,
        position,
        area,
        address,
        description,
        urgent: false,
        files: Vec::<FileId>::new(),
        contact: contact(form),
    })
}

fn kept<T>(checked: Result<T, Text>, problems: &mut Vec<Text>) -> Option<T> {
    checked.map_err(|problem| problems.push(problem)).ok()
}

type Where = (Option<Position>, Option<AreaCode>);

/// A point, else an area of ours, else the one community whose name stands in the address. Nothing is guessed.
fn place(books: &Books, form: &Form) -> Result<Where, Text> {
    match (form.number("lat")?, form.number("long")?) {
        (Some(lat), Some(long)) => {
            let at = Position::new(long, lat).map_err(|error| Text::owned(error.zh(), error.to_string()))?;
            return Ok((Some(at), None));
        }
        (None, None) => {}
        _ => return Err(Text::new("lat 与 long 须成对给出", "lat and long come together")),
    }
    if let Some(id) = form.one("address_id") {
        let area = id.parse::<AreaCode>().map_err(|error| Text::owned(error.zh(), error.to_string()))?;
        return Ok((None, Some(area)));
    }
    let Some(address) = form.one("address_string") else {
        return Err(Text::new(
            "缺少位置：请给出 lat 与 long、address_string 或 address_id",
            "the place is missing: send lat and long, address_string or address_id",
        ));
    };
    let named = books.areas.communities().filter(|area| {
        let (whole, short) = (&*area.name.zh, &*area.short_name.zh);
        !short.is_empty() && (address.contains(whole) || address.contains(short))
    });
    let named: Vec<AreaCode> = named.map(|area| area.code).collect();
    match named.as_slice() {
        [one] => Ok((None, Some(*one))),
        _ => Err(Text::new(
            "address_string 不能确定所在社区，请同时给出 lat 与 long",
            "address_string does not tell the community; send lat and long as well",
        )),
    }
}

fn description(form: &Form) -> Result<String, Text> {
    let told = form.one("description").unwrap_or_default();
    match told.chars().all(is_writable) {
        true => Ok(told.to_owned()),
        false => Err(Text::new(
            "description 含不允许的控制字符",
            "description holds control characters that are not allowed",
        )),
    }
}

/// A picture that lies elsewhere is not fetched; its address is kept with the words.
fn link(form: &Form) -> Result<Option<String>, Text> {
    let Some(link) = form.one("media_url") else { return Ok(None) };
    let sound = (link.starts_with("https://") || link.starts_with("http://"))
        && link.chars().count() <= LINK_CHARS
        && !link.chars().any(|c| c.is_control() || c.is_whitespace());
    match sound {
        true => Ok(Some(link.to_owned())),
        false => Err(Text::new("media_url 须为 http 或 https 地址", "media_url is an http or https address")),
    }
}

fn contact(form: &Form) -> Option<Contact> {
    let (first, last) = (form.one("first_name"), form.one("last_name"));
    let name = match (last, first) {
        (Some(last), Some(first)) if first.is_ascii() => Some(format!("{first} {last}")),
        (Some(last), Some(first)) => Some(format!("{last}{first}")),
        (last, first) => last.or(first).map(str::to_owned),
    };
    let phone = form.one("phone").map(str::to_owned);
    (name.is_some() || phone.is_some()).then_some(Contact { name, phone })
}

/// The fields of an order under the names of the specification.
fn by_their_names(error: Error) -> Error {
    let Error::Invalid(problems) = error else { return error };
    let theirs = |problem: FieldProblem| {
        let field = match problem.field.as_str() {
            "point" => "lat, long",
            "area" => "address_id",
            "address" => "address_string",
            "class" => "service_code",
            "contact.phone" => "phone",
            "contact.name" => "first_name, last_name",
            other => other,
        };
        FieldProblem::new(field, problem.detail)
    };
    Error::Invalid(problems.into_iter().map(theirs).collect())
}
