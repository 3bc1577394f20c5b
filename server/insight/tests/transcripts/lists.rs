//! Each number opens exactly the list of its cases: the rollup, a recount of the history, and the lists agree, whatever
//! happened in whatever order.

use std::collections::BTreeMap;

use orders::{Act, Light, Measure, Order, Span, Step, Within, happened, tallied};
use platform::testing::{Client, MONDAY_NINE};
use platform::{Millis, PostKind};
use serde_json::Value as Json;
use store::both_engines;

use crate::district::{COMMUNITY, DISTRICT, OTHER_STREET, STREET, town_with};
use crate::recount::{History, lived};

/// A measure counted on a day in a community for a unit.
type Key = (Measure, String, i64, i64);

impl History {
    fn order(&self, id: i64) -> &Order {
        self.orders.iter().find(|order| order.id == id).unwrap()
    }

    /// The unit that an act counts for: who gave an order back no longer has it.
    fn unit(step: &Step) -> i64 {
        let gave_back = step.post_organisation_id.filter(|_| step.action == Act::Return);
        step.organisation_id.or(gave_back).unwrap_or(0)
    }

    /// What each act and each run of a handling clock should be counted as.
    fn counted(&self) -> BTreeMap<Key, i64> {
        let mut all = BTreeMap::new();
        let mut add = |measure: Measure, at: Millis, order: &Order, unit: i64| {
            *all.entry((measure, at.beijing_date().to_string(), order.community(), unit)).or_default() += 1;
        };
        for step in &self.steps {
            let order = self.order(step.order_id);
            let measure = match step.action {
                Act::Report => Measure::Reported,
                Act::Accept => Measure::Accepted,
                Act::Reject => Measure::Rejected,
                Act::Dispatch => Measure::Dispatched,
                Act::Sign => Measure::Signed,
                Act::Return => Measure::Returned,
                Act::Resolve => Measure::Resolved,
                Act::Verify => Measure::Verified,
                Act::Rework => Measure::Reworked,
                Act::Close | Act::SelfResolve | Act::Settle => Measure::Closed,
                _ => continue,
            };
            add(measure, step.at, order, Self::unit(step));
            let reopened = |later: &Step| {
                later.order_id == step.order_id && later.id > step.id && later.action == Act::Reopen
            };
            if measure == Measure::Closed && self.steps.iter().any(reopened) {
                add(Measure::ReopenedLater, step.at, order, Self::unit(step));
            }
        }
        for run in &self.handling {
            let order = self.order(run.order_id);
            let unit = run.organisation_id.unwrap_or(0);
            let next = self.handling.iter().find(|other| other.order_id == run.order_id && other.id > run.id);
            let own = |step: &&Step| {
                step.order_id == run.order_id
                    && step.id > run.id
                    && next.is_none_or(|next| step.id < next.id)
                    && matches!(step.action, Act::Resolve | Act::Rework | Act::Return | Act::Recall)
            };
            match self.steps.iter().rfind(own) {
                _ if run.is_overdue(self.now) => add(Measure::HandlingMissed, run.due_at, order, unit),
                Some(last) if last.action == Act::Resolve => add(Measure::HandlingMet, last.at, order, unit),
                _ => {}
            }
        }
        all
    }
}

/// Every day from the first to tomorrow.
fn days(now: Millis) -> impl Iterator<Item = Span> {
    let end = now.plus(24 * 3_600_000);
    std::iter::successors(Some(MONDAY_NINE), |moment| Some(moment.plus(24 * 3_600_000)))
        .take_while(move |moment| *moment <= end)
        .map(|moment| Span::of_day(moment.beijing_date()))
}

/// All pages of a list.
async fn pages(by: &Client, place: &str) -> Vec<Json> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = by.get(&format!("{place}&limit=7{next}")).await.expect(200);
        all.extend(page.json["items"].as_array().unwrap().clone());
        match page.json["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

both_engines! {
    async fn the_rollup_a_recount_and_the_lists_agree(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        lived(&mut town).await;
        // Among all that lies about for hours, one that nobody was late with.
        town.minutes(0).await;
        town.closed().await;
        let history = History::read(&town).await;
        let look = town.house.app.read(move |r| async move {
            let (mut kept, mut listed) = (BTreeMap::<Key, i64>::new(), BTreeMap::<Key, i64>::new());
            for street in [STREET, OTHER_STREET] {
                for span in days(r.now()) {
                    let day = span.from.beijing_date().to_string();
                    for row in tallied(&r, street, span).await? {
                        for measure in Measure::ALL {
                            let key = (*measure, day.clone(), row.community, row.organisation_id);
                            *kept.entry(key).or_default() += row.get(*measure);
                        }
                    }
                    for measure in Measure::ALL {
                        let beginning = (Millis(i64::MIN), 0);
                        for one in happened(&r, street, *measure, span, &Within::everything(), beginning, 100_000).await? {
                            let community = if one.area >= 1_000_000_000_000 { one.area / 1000 } else { one.area };
                            *listed.entry((*measure, day.clone(), community, one.organisation_id)).or_default() += 1;
                        }
                    }
                }
            }
            kept.retain(|_, count| *count != 0);
            Ok((kept, listed))
        });
        let (kept, listed) = look.await.unwrap();
        assert_eq!(kept, listed);
        let mut recounted = history.counted();
        let acts = |key: &Key| recounted_by_hand(key.0);
        recounted.retain(|key, _| acts(key));
        let kept: BTreeMap<Key, i64> = kept.into_iter().filter(|(key, _)| acts(key)).collect();
        assert_eq!(kept, recounted);
        for measure in [Measure::HandlingMet, Measure::HandlingMissed, Measure::ClosingMet, Measure::ClosingMissed, Measure::ReopenedLater] {
            assert!(listed.keys().any(|key| key.0 == measure), "nothing was {measure}");
        }
        // Late by time alone is counted too.
        assert!(history.orders.iter().any(|order| !order.state.is_ended() && order.light(history.now) == Light::Late));
    }

    async fn an_indicator_opens_as_many_cases_as_it_counts(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        lived(&mut town).await;
        let people = [
            town.house.signed_in(PostKind::Leader, DISTRICT).await,
            town.house.signed_in(PostKind::Desk, STREET).await,
            town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await,
            town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await,
        ];
        let mut numbers = 0;
        for client in &people {
            for key in ["opening", "handling", "closing", "return", "rework", "reopening"] {
                let span = "from=2026-11-23&to=2026-12-31";
                let shown = client.get(&format!("/insight/indicators/{key}?{span}&by=community")).await.expect(200);
                let number = |name: &str| shown.json.pointer(&format!("/total/{name}")).and_then(Json::as_u64).unwrap();
                let list = |part: &str| format!("/insight/indicators/{key}/orders?{span}&part={part}");
                let all = pages(client, &list("denominator")).await;
                let above = all.iter().filter(|case| case["counted"] == true).count();
                assert_eq!((above as u64, all.len() as u64), (number("numerator"), number("denominator")), "{key}");
                assert_eq!(pages(client, &list("numerator")).await.len(), above, "{key}");
                assert_eq!(pages(client, &list("rest")).await.len(), all.len() - above, "{key}");
                let by_class = client.get(&format!("/insight/indicators/{key}?from=2026-11-23&to=2026-12-31&by=class")).await.expect(200);
                assert_eq!(by_class.json["total"], shown.json["total"], "{key}");
                numbers += all.len();
            }
            for key in ["hotline_response", "hotline_solution", "hotline_satisfaction"] {
                let shown = client.get(&format!("/insight/indicators/{key}")).await.expect(200);
                assert_eq!((shown.text("/total/value"), shown.text("/total/interval"), shown.text("/total/denominator")), ("null".into(), "null".into(), "0".into()));
            }
        }
        assert!(numbers > 100, "only {numbers} cases were listed");
    }

    async fn a_figure_of_the_board_opens_its_list(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        lived(&mut town).await;
        let leader = town.house.signed_in(PostKind::Leader, DISTRICT).await;
        let mut seen = 0;
        for span in days(town.house.app.clock().now()) {
            let day = span.from.beijing_date().to_string();
            let by_unit = leader.get(&format!("/insight/day?by=department&date={day}")).await.expect(200);
            let by_street = leader.get(&format!("/insight/day?by=street&date={day}")).await.expect(200);
            for figure in ["reported", "accepted", "dispatched", "resolved", "closed"] {
                for (rows, narrowed) in [(&by_unit, "organisation"), (&by_street, "area")] {
                    for row in rows.json["items"].as_array().unwrap() {
                        let place = format!("/orders?event={figure}&on={day}&{narrowed}={}", row["key"].as_str().unwrap());
                        let found = pages(&leader, &place).await;
                        assert_eq!(found.len() as u64, row[figure].as_u64().unwrap(), "{place}");
                        seen += found.len();
                    }
                }
            }
        }
        assert!(seen > 100, "only {seen} rows were listed");
        let points = leader.get("/orders/points?event=reported&on=2026-11-23").await.expect(200);
        let listed = pages(&leader, "/orders?event=reported&on=2026-11-23").await;
        assert_eq!(points.json["items"].as_array().unwrap().len(), listed.len());
        let _ = leader.get("/orders?event=reported&on=today").await.expect(400);
        let _ = leader.get("/orders?event=fined").await.expect(400);
    }
}

/// Whether a measure is recounted above from the history alone.
fn recounted_by_hand(measure: Measure) -> bool {
    !matches!(
        measure,
        Measure::ClosingMet
            | Measure::ClosingMissed
            | Measure::ClosingExempt
            | Measure::HandlingExempt
            | Measure::ResponseMet
            | Measure::ResponseMissed
            | Measure::Rated
            | Measure::Satisfied
            | Measure::HotlineClosed
            | Measure::HotlineDropped
            | Measure::HotlineRated
            | Measure::HotlineSatisfied
    )
}
