//! Rule sets, how a body of law counts, and the limits of a flow's own clocks.

use platform::{Error, Millis, Text, Thing, Write};
use store::{sql, table, vals};
use worktime::{Lang, Limit, RuleSet};

use crate::snapshot::Catalogue;

table! {
    /// One version of a rule set; never changed once it is published.
    pub(crate) struct RuleRow in "rule_sets" key 1 {
        pub id: i64,
        pub rule_key: String,
        pub rule_version: i64,
        pub body: String,
        pub published_at: Millis,
    }
}

table! {
    /// How long a step of a flow may take, other than the handling, whose limit is that of the standard.
    pub(crate) struct ClockLimitRow in "clock_limits" key 1 {
        pub id: i64,
        pub flow_key: String,
        pub clock: String,
        pub limit_text: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

sql! {
    ALL_RULES: RuleRow = "ORDER BY rule_key, rule_version LIMIT 10000";
    LATEST: RuleRow = "WHERE rule_key = $1 ORDER BY rule_version DESC LIMIT 1";
    CLOCK_LIMITS: ClockLimitRow = "WHERE valid_to IS NULL ORDER BY id LIMIT 10000";
    RETIRE_CLOCK_LIMIT = "UPDATE clock_limits SET valid_to = $3 WHERE flow_key = $1 AND clock = $2 AND valid_to IS NULL";
}

/// Publishes the next version of a rule set; deadlines that were stored name the version that counted them.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict when it is not the next version.
pub async fn publish_rules(w: &Write, rules: &RuleSet) -> Result<(), Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))?;
    let latest: Option<RuleRow> = w.opt(&LATEST, &vals![rules.id.as_str()]).await?;
    let next = latest.map_or(1, |latest| latest.rule_version + 1);
    if i64::from(rules.version) != next {
        let text = Text::owned(format!("版本号应为 {next}"), format!("the version must be {next}"));
        return Err(Error::conflict(text));
    }
    let body = serde_json::to_string(rules).map_err(Error::internal)?;
    w.insert(&RuleRow {
        id: w.id(),
        rule_key: rules.id.clone(),
        rule_version: next,
        body,
        published_at: w.now(),
    })
    .await?;
    w.record("catalogue:publish-rules", format!("rules {}/{next}", rules.id), serde_json::json!({}));
    w.outdates::<Catalogue>().await
}

/// Sets how long a clock of a flow may run, from now on.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn set_clock_limit(w: &Write, flow_key: &str, clock: &str, limit: Limit) -> Result<(), Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))?;
    w.exec(&RETIRE_CLOCK_LIMIT, &vals![flow_key, clock, w.now()]).await?;
    let row = ClockLimitRow {
        id: w.id(),
        flow_key: flow_key.to_owned(),
        clock: clock.to_owned(),
        limit_text: limit.text(Lang::Zh),
        valid_from: w.now(),
        valid_to: None,
    };
    w.insert(&row).await?;
    w.record(
        "catalogue:clock-limit",
        format!("flow {flow_key} {clock}"),
        serde_json::json!({ "limit": row.limit_text }),
    );
    w.outdates::<Catalogue>().await
}
