//! Clocks that pause, resume, start anew and remember that they were late.

use insta::assert_snapshot;
use serde_json::json;
use store::both_engines;

use crate::district::{Case, town};

both_engines! {
    async fn a_return_to_the_same_unit_resumes_its_clock(fresh) {
        let mut town = town(fresh).await;
        let sent = town.dispatched().await;
        let due = sent.clock("handling")["due_at"].clone();
        assert_eq!(due, "2026-11-23T07:30:00.000Z", "four working hours from 09:00, lunch left out");
        town.minutes(30).await;
        let returned = sent.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" })).await;
        let held = returned.clock("handling");
        assert_eq!((&held["paused"], &held["due_at"]), (&json!(true), &json!(null)));
        assert_eq!(returned.seen.text("/clock"), "dispatch");
        town.minutes(10).await;
        let again = returned.sent_to(&town.desk, town.unit).await;
        let resumed = again.clock("handling");
        assert_eq!(resumed["due_at"], "2026-11-23T07:40:00.000Z", "the ten minutes at the desk are not the unit's");
        assert_eq!(again.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").count(), 1);
        let lines: Vec<&str> = resumed["derivation"].as_array().unwrap().iter().map(|line| line["zh"].as_str().unwrap()).collect();
        assert_snapshot!(lines.join("\n"), @r"
        自2026年11月23日09:00开始计时
        时限为4工作时
        只计办公时间（08:30至12:00、14:30至17:30）
        2026年11月23日09:30至2026年11月23日09:40因退回再派暂停计时
        截止时间为2026年11月23日15:40
        ");
    }

    async fn another_unit_begins_with_a_full_limit(fresh) {
        let mut town = town(fresh).await;
        let sent = town.dispatched().await;
        town.minutes(30).await;
        let returned = sent.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" })).await;
        town.minutes(10).await;
        let again = returned.sent_to(&town.desk, town.other_unit).await;
        let runs: Vec<_> = again.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").collect();
        assert_eq!(runs.len(), 2, "the first unit's run is kept");
        assert_eq!(runs[1]["started_at"], "2026-11-23T01:40:00.000Z");
        assert_eq!(runs[1]["due_at"], "2026-11-23T08:10:00.000Z");
    }

    async fn while_work_is_verified_the_units_clock_stands_still(fresh) {
        let mut town = town(fresh).await;
        let handling = town.handling().await;
        town.minutes(60).await;
        let resolved = town.resolve(handling).await;
        assert_eq!(resolved.clock("handling")["paused"], true);
        assert_eq!(resolved.seen.text("/clock"), "verification");
        town.minutes(120).await;
        let rework = resolved.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;
        assert_eq!(rework.clock("handling")["paused"], false);
        assert_eq!(rework.clock("handling")["due_at"], "2026-11-23T09:30:00.000Z", "two working hours are given back");
    }

    async fn an_overdue_fact_is_never_erased(fresh) {
        let mut town = town(fresh).await;
        let handling = town.handling().await;
        town.minutes(7 * 60).await;
        let seen = handling.read(&town.handler).await.expect(200);
        assert_eq!(seen.text("/light"), "late");
        assert_eq!(seen.text("/working_minutes_left"), "-30");
        let resolved = town.resolve(handling).await;
        assert_eq!(resolved.clock("handling")["overdue"], true);
        let rework = resolved.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;
        let closed = town.resolve(rework).await.done(&town.worker, json!({ "action": "verify" })).await;
        let closed = closed.done(&town.desk, json!({ "action": "close" })).await;
        assert_eq!(closed.clock("handling")["overdue"], true);
        assert_eq!(closed.clock("handling")["due_at"], "2026-11-23T07:30:00.000Z");
    }

    async fn the_light_turns_yellow_when_four_fifths_are_gone(fresh) {
        let mut town = town(fresh).await;
        let case = town.reported().await;
        assert_eq!(case.seen.text("/light"), "normal");
        assert_eq!(case.seen.json["working_minutes_left"], json!(null), "the acceptance runs round the clock");
        for (minutes, light) in [(23, "normal"), (2, "soon"), (5, "soon"), (1, "late")] {
            town.minutes(minutes).await;
            assert_eq!(case.read(&town.desk).await.text("/light"), light, "after {minutes} more");
        }
        // Of four working hours, a fifth is 48 minutes; lunch turns no light.
        let case = town.dispatched().await;
        for (minutes, light) in [(100, "normal"), (60, "normal"), (190, "soon")] {
            town.minutes(minutes).await;
            assert_eq!(case.read(&town.desk).await.text("/light"), light, "after {minutes} more");
        }
    }

    async fn a_reopened_case_begins_with_a_full_limit(fresh) {
        let mut town = town(fresh).await;
        let closed = town.closed().await;
        town.minutes(24 * 60).await;
        let reopened: Case = closed.done(&town.desk, json!({ "action": "reopen", "reason": "复发" })).await;
        let sent = reopened.sent_to(&town.desk, town.unit).await;
        let run = sent.clock("handling");
        assert_eq!((run["started_at"].as_str(), run["due_at"].as_str()), (Some("2026-11-24T01:00:00.000Z"), Some("2026-11-24T07:30:00.000Z")));
    }
}
