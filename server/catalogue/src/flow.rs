//! Flows as data: published in versions, each checked before it may decide.

use std::sync::Arc;

use platform::{Error, FieldProblem, Millis, Text, Thing, Write};
use store::{sql, table, vals};
use workflow::{CheckedFlow, Finding, Flow, Lang};

use crate::snapshot::Catalogue;
use crate::vocabulary;

table! {
    /// One version of a flow; never changed once it is published.
    pub(crate) struct FlowRow in "flows" key 1 {
        pub id: i64,
        pub flow_key: String,
        pub flow_version: i64,
        pub body: String,
        pub effective_from: Millis,
        pub published_at: Millis,
    }
}

sql! {
    ALL_FLOWS: FlowRow = "ORDER BY flow_key, flow_version LIMIT 10000";
    LATEST: FlowRow = "WHERE flow_key = $1 ORDER BY flow_version DESC LIMIT 1";
}

/// A flow that was published, with the moment from which new orders follow it.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub flow: Arc<CheckedFlow>,
    pub effective_from: Millis,
}

impl Published {
    /// The rights are not asked about again: an order must go on by the flow that it began with, whoever may act now.
    pub(crate) fn of(row: &FlowRow) -> Result<Self, Error> {
        let flow: Flow = serde_json::from_str(&row.body).map_err(Error::internal)?;
        let broken = |_| {
            Error::internal(format!("flow {}/{} does not pass its check", row.flow_key, row.flow_version))
        };
        Ok(Self { flow: Arc::new(flow.check(|_| true).map_err(broken)?), effective_from: row.effective_from })
    }
}

/// Findings as sentences.
pub(crate) fn sentences(findings: &[Finding]) -> Vec<Text> {
    findings.iter().map(|finding| Text::owned(finding.text(Lang::Zh), finding.text(Lang::En))).collect()
}

/// Publishes the next version of a flow. New orders follow it from `effective_from` (now, when absent) on; the first
/// version of a flow may be in effect since any time.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with every finding of the check; a conflict when it is not the next version.
pub async fn publish_flow(w: &Write, flow: &Flow, effective_from: Option<Millis>) -> Result<(), Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))?;
    if let Err(findings) = flow.check(|right| w.app().policy().is_held(right)) {
        let fields = sentences(&findings).into_iter().map(|text| FieldProblem::new("flow", text));
        return Err(Error::invalid(fields.collect()));
    }
    let unknown = vocabulary::unknown(flow);
    if !unknown.is_empty() {
        let fields = unknown.into_iter().map(|(_, _, text)| FieldProblem::new("flow", text));
        return Err(Error::invalid(fields.collect()));
    }
    let latest: Option<FlowRow> = w.opt(&LATEST, &vals![flow.id.as_str()]).await?;
    let next = latest.as_ref().map_or(1, |latest| latest.flow_version + 1);
    if i64::from(flow.version) != next {
        return Err(Error::conflict(Text::owned(
            format!("版本号应为 {next}，可能已有他人发布新版本"),
            format!("the version must be {next}; someone may have published one"),
        )));
    }
    let effective_from = effective_from.unwrap_or(w.now());
    if let Some(latest) = latest
        && effective_from < w.now().max(latest.effective_from)
    {
        let text = Text::new(
            "生效时间不得早于现在，也不得早于上一版本",
            "it cannot take effect in the past or before the version it follows",
        );
        return Err(Error::field("effective_from", text));
    }
    let body = serde_json::to_string(flow).map_err(Error::internal)?;
    let row = FlowRow {
        id: w.id(),
        flow_key: flow.id.clone(),
        flow_version: next,
        body,
        effective_from,
        published_at: w.now(),
    };
    w.insert(&row).await?;
    let subject = format!("flow {}/{next}", flow.id);
    w.record("catalogue:publish-flow", subject, serde_json::json!({ "effective_from": effective_from }));
    w.outdates::<Catalogue>().await
}
