//! Drafts of flows: worked on until they are published or dropped, and then kept.

use platform::{Error, Millis, Text, Thing, Write, wire_id};
use serde_json::json;
use store::{Tx, sql, table, vals};
use workflow::Flow;

use crate::flow::publish_flow;
use crate::snapshot::Catalogue;

wire_id!(
    /// A draft of a flow on the wire.
    DraftId, "drf"
);

table! {
    /// A flow that somebody works on.
    pub struct Draft in "flow_drafts" key 1 {
        pub id: i64,
        pub version: i64,
        pub flow_key: String,
        /// The version that it was made from.
        pub base_version: i64,
        pub body: String,
        pub created_at: Millis,
        pub changed_at: Millis,
        pub changed_by: Option<i64>,
        /// When it was published or dropped.
        pub ended_at: Option<Millis>,
        pub published_version: Option<i64>,
    }
}

sql! {
    OPEN_DRAFTS: Draft = "WHERE ended_at IS NULL ORDER BY changed_at DESC, id DESC LIMIT 100";
}

impl Draft {
    pub fn wire_id(&self) -> DraftId {
        DraftId::shared(self.id)
    }

    /// The flow as it was written last.
    ///
    /// # Errors
    /// [`Error::Internal`] for a row that holds no flow.
    pub fn flow(&self) -> Result<Flow, Error> {
        serde_json::from_str(&self.body).map_err(Error::internal)
    }
}

/// A draft that is still worked on.
///
/// # Errors
/// [`Error::Missing`] once it was published or dropped.
pub async fn get_draft(r: &Tx, id: DraftId) -> Result<Draft, Error> {
    let found: Option<Draft> = r.find(&vals![id.id]).await?;
    found.filter(|draft| draft.ended_at.is_none()).ok_or(Error::Missing("draft"))
}

/// The flow that a draft, ended or not, is about.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn key_of(r: &Tx, id: DraftId) -> Result<String, Error> {
    let found: Option<Draft> = r.find(&vals![id.id]).await?;
    found.map(|draft| draft.flow_key).ok_or(Error::Missing("draft"))
}

/// Those that are worked on, the latest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn open_drafts(r: &Tx) -> Result<Vec<Draft>, Error> {
    Ok(r.query(&OPEN_DRAFTS, &[]).await?)
}

/// Begins a draft with the newest version of a flow.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Missing`] for a flow that was never published.
pub(crate) async fn begin(w: &Write, catalogue: &Catalogue, key: &str) -> Result<Draft, Error> {
    require(w)?;
    let newest = catalogue.newest_flow(key).ok_or(Error::Missing("flow"))?;
    let base = newest.flow().version;
    let flow = Flow { version: base + 1, ..newest.flow().clone() };
    let draft = Draft {
        id: w.id(),
        version: 1,
        flow_key: key.to_owned(),
        base_version: i64::from(base),
        body: serde_json::to_string(&flow).map_err(Error::internal)?,
        created_at: w.now(),
        changed_at: w.now(),
        changed_by: w.call().account().ok(),
        ended_at: None,
        published_version: None,
    };
    w.insert(&draft).await?;
    w.record("catalogue:draft-flow", draft.wire_id(), json!({ "flow": key, "base": base }));
    Ok(draft)
}

/// Writes a draft anew, over the version that was read. What is wrong with the flow is told, not refused.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Missing`]; [`Error::Invalid`] for another flow; a conflict when somebody wrote it since.
pub(crate) async fn rewrite(w: &Write, id: DraftId, seen: i64, flow: Flow) -> Result<Draft, Error> {
    require(w)?;
    let draft = get_draft(w, id).await?;
    if flow.id != draft.flow_key {
        let text = Text::new("草稿只能改原来的流程", "a draft changes the flow that it was made from");
        return Err(Error::field("flow.id", text));
    }
    let next = u32::try_from(draft.base_version + 1).map_err(Error::internal)?;
    let body = serde_json::to_string(&Flow { version: next, ..flow }).map_err(Error::internal)?;
    let changed =
        Draft { version: seen, body, changed_at: w.now(), changed_by: w.call().account().ok(), ..draft };
    w.update(&changed).await?;
    w.record("catalogue:draft-flow", id, json!({ "version": seen + 1 }));
    Ok(Draft { version: seen + 1, ..changed })
}

/// Drops a draft.
///
/// # Errors
/// As [`rewrite`].
pub(crate) async fn drop_draft(w: &Write, id: DraftId) -> Result<(), Error> {
    require(w)?;
    let draft = get_draft(w, id).await?;
    w.update(&Draft { ended_at: Some(w.now()), ..draft }).await?;
    w.record("catalogue:drop-draft", id, json!({}));
    Ok(())
}

/// Publishes a draft as the version after the one that it was made from.
///
/// # Errors
/// As [`publish_flow`] and [`rewrite`].
pub(crate) async fn publish(
    w: &Write,
    id: DraftId,
    seen: i64,
    effective_from: Option<Millis>,
) -> Result<u32, Error> {
    require(w)?;
    let draft = get_draft(w, id).await?;
    let flow = draft.flow()?;
    publish_flow(w, &flow, effective_from).await?;
    let version = flow.version;
    w.update(&Draft {
        version: seen,
        ended_at: Some(w.now()),
        published_version: Some(i64::from(version)),
        ..draft
    })
    .await?;
    Ok(version)
}

fn require(w: &Write) -> Result<(), Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))
}
