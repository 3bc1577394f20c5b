//! What went wrong with clocks in other case desks, each told once more and held here. In brackets: where it was reported.

use platform::PostKind;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{Case, DISTRICT, Town, cracked, town};
use crate::requests::{head, pause};

const DAY: i64 = 24 * 60;

async fn escalated(town: &Town) -> i64 {
    orders::escalate(&town.house.app).await.unwrap()
}

/// Reported at a moment other than Monday at nine.
async fn taken_up(town: &Town) -> Case {
    let case = Case::of(town.desk.post("/orders", cracked()).await.expect(201));
    let standard = case.standard.clone();
    let accepted = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await;
    accepted.sent_to(&town.desk, town.unit).await.done(&town.handler, json!({ "action": "sign" })).await
}

async fn head_now(town: &Town, head: &Client) -> Client {
    town.house.signed_in_again(head).await
}

both_engines! {
    // glpi#10594
    async fn a_weekend_that_is_paused_is_not_taken_off_twice(fresh) {
        let mut town = town(fresh).await;
        let head = head(&town).await;
        // Friday 16:30, with an hour of the office left of that day.
        town.minutes(4 * DAY + 7 * 60 + 30).await;
        let case = taken_up(&town).await;
        assert_eq!(case.clock("handling")["due_at"], "2026-11-30T03:30:00.000Z", "an hour on Friday, three on Monday");
        let head = head_now(&town, &head).await;
        let paused = case.granted(&head, &town.desk, pause()).await;
        // Until Monday 09:30: one hour of the office on Friday and one on Monday were paused, the weekend counts nothing.
        town.minutes(2 * DAY + 17 * 60).await;
        let resumed = paused.acted(&town.handler, "resume", json!({})).await;
        assert_eq!(resumed.clock("handling")["due_at"], "2026-11-30T08:00:00.000Z");
    }

    // zammad#4432
    async fn nobody_is_reminded_at_midnight_or_on_a_weekend(fresh) {
        let mut town = town(fresh).await;
        // Friday 14:30: three hours that day, one on Monday; four fifths are gone on Monday at 08:42.
        town.minutes(4 * DAY + 5 * 60 + 30).await;
        let case = taken_up(&town).await;
        town.minutes(9 * 60 + 30).await;
        assert_eq!(escalated(&town).await, 0, "midnight");
        town.minutes(DAY).await;
        assert_eq!(escalated(&town).await, 0, "Saturday");
        town.minutes(DAY + 8 * 60 + 43).await;
        assert_eq!(escalated(&town).await, 1, "Monday, in office hours");
        // Late since 09:30, found at night: told in the morning.
        town.minutes(15 * 60).await;
        assert_eq!(escalated(&town).await, 0, "the night after");
        town.minutes(9 * 60).await;
        assert!(escalated(&town).await > 0);
        assert_eq!(case.read(&town.desk).await.text("/light"), "late");
    }

    // zammad#390
    async fn days_of_other_places_and_years_stretch_no_deadline(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let case = town.handling().await;
        let due = case.clock("handling")["due_at"].clone();
        // A feed that carries days of another year is refused whole.
        let feed = json!({ "year": 2026, "days": [{ "date": "2025-04-17", "name": "三月三", "off": true }] });
        let reply = steward.post("/catalogue/calendars", feed).await.expect(422);
        assert_eq!(reply.text("/fields/0/field"), "days");
        town.house.app.run_due_jobs().await.unwrap();
        assert_eq!(case.read(&town.desk).await.expect(200).json["due_at"], due);
    }

    // zammad#5177
    async fn a_later_clock_does_not_write_over_an_earlier_one(fresh) {
        let mut town = town(fresh).await;
        let case = town.reported().await;
        town.minutes(31).await;
        let standard = case.standard.clone();
        let accepted = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await;
        let sent = accepted.sent_to(&town.desk, town.unit).await;
        assert_eq!((sent.clock("acceptance")["overdue"].clone(), sent.clock("dispatch")["overdue"].clone()), (json!(true), json!(false)));
        assert_eq!(sent.clock("acceptance")["due_at"], "2026-11-23T01:30:00.000Z");
    }

    // zammad#3140
    async fn what_was_answered_in_time_does_not_escalate(fresh) {
        let mut town = town(fresh).await;
        let handling = town.handling().await;
        town.minutes(60).await;
        let resolved = town.resolve(handling).await;
        town.minutes(6 * 60).await;
        assert_eq!(escalated(&town).await, 0);
        let read = resolved.read(&town.desk).await.expect(200);
        assert_eq!((read.text("/light"), read.json["escalations"].clone()), ("normal".to_owned(), json!([])));
    }

    // glpi#15429, glpi#15357
    async fn nothing_escalates_at_the_moment_at_which_it_begins(fresh) {
        let mut town = town(fresh).await;
        for minutes in [0, 12 * 60, 5 * DAY, 60] {
            town.minutes(minutes).await;
            let case = taken_up(&town).await;
            assert_eq!(escalated(&town).await, 0);
            assert_eq!(case.read(&town.desk).await.text("/light"), "normal");
            let _ = case.done(&town.desk, json!({ "action": "cancel", "reason": "试验" })).await;
        }
    }

    // glpi#14427
    async fn the_clock_of_a_unit_that_helps_begins_when_it_is_asked(fresh) {
        let mut town = town(fresh).await;
        let case = town.handling().await;
        town.minutes(4 * 60 + 30).await;
        let unit = json!({ "organisation_id": Town::unit_id(town.other_unit) });
        let helped = case.acted(&town.desk, "obligations", unit).await;
        assert_eq!(helped.seen.text("/obligations/0/clock/started_at"), "2026-11-23T05:30:00.000Z");
        town.minutes(75).await;
        assert_eq!(escalated(&town).await, 1, "only the lead has used up four fifths");
        assert_eq!(case.read(&town.desk).await.text("/escalations/0/clock"), "handling");
    }

    // glpi#1911
    async fn the_second_unit_does_not_inherit_a_burnt_clock(fresh) {
        let mut town = town(fresh).await;
        let sent = town.dispatched().await;
        town.minutes(7 * 60).await;
        let back = json!({ "action": "return", "reason": "不属于我局职责", "clause": "道路管理条例第二十三条" });
        let returned = sent.done(&town.handler, back).await;
        let again = returned.sent_to(&town.desk, town.other_unit).await;
        let runs: Vec<Json> = again.seen.json["clocks"].as_array().unwrap().iter().filter(|run| run["clock"] == "handling").cloned().collect();
        assert_eq!((runs[0]["overdue"].clone(), runs[1]["overdue"].clone()), (json!(true), json!(false)));
        assert_eq!(runs[1]["due_at"], "2026-11-24T03:00:00.000Z", "four working hours from 16:00");
        assert_eq!((again.seen.text("/light"), escalated(&town).await), ("normal".to_owned(), 0));
    }

    // glpi#17186
    async fn a_new_edition_of_the_standards_moves_no_agreed_deadline(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let case = town.handling().await;
        let due = case.clock("handling")["due_at"].clone();
        let sheet = "类别代码,立案条件,结案条件,处置时限,责任单位,依据\np0101,井盖破损面积大于25平方厘米,修复或更换,1工作时,urban,\n";
        let _ = steward.upload("/catalogue/standards/import", "standards.csv", sheet.as_bytes()).await.expect(200);
        let read = Case::of(case.read(&town.handler).await.expect(200));
        assert_eq!((read.seen.json["due_at"].clone(), read.clock("handling")["due_at"].clone()), (due.clone(), due));
    }

    // zammad, documented: a ticket can "instantly escalate" on reopening
    async fn what_is_reopened_late_does_not_escalate_at_once(fresh) {
        let mut town = town(fresh).await;
        let handling = town.handling().await;
        town.minutes(DAY).await;
        let resolved = town.resolve(handling).await.done(&town.worker, json!({ "action": "verify" })).await;
        let closed = resolved.done(&town.desk, json!({ "action": "close" })).await;
        assert_eq!(closed.clock("handling")["overdue"], true);
        town.minutes(7 * DAY).await;
        let reopened = closed.done(&town.desk, json!({ "action": "reopen", "reason": "再次破损" })).await;
        assert_eq!((reopened.seen.text("/light"), escalated(&town).await), ("normal".to_owned(), 0));
        let again = reopened.sent_to(&town.desk, town.unit).await;
        assert_eq!(again.seen.text("/light"), "normal");
        assert_eq!(again.clock("handling")["due_at"], "2026-12-01T07:30:00.000Z", "the unit begins with a full limit");
        assert_eq!(escalated(&town).await, 0);
    }
}
