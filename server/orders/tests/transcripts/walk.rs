//! Whatever people try, in whatever order, what is promised holds.

use orders::{ClockRun, Order, Step};
use platform::testing::Client;
use serde_json::json;
use store::{both_engines, sql, vals};
use worktime::{Calendar, Pause, PauseKind, RuleSet};

use crate::district::{STREET, Town, town};

sql! {
    ORDERS: Order = "WHERE street_id = $1 ORDER BY id LIMIT 1000";
    STEPS: Step = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 1000";
    OPENED = "SELECT CAST(SUM(opened) AS BIGINT), CAST(SUM(reported) AS BIGINT) FROM order_counts WHERE street_id = $1";
}

const ACTIONS: [&str; 19] = [
    "accept",
    "reject",
    "dispatch",
    "recall",
    "sign",
    "return",
    "resolve",
    "verify",
    "rework",
    "close",
    "reopen",
    "cancel",
    "self_resolve",
    "consult",
    "guide",
    "reclassify",
    "settle",
    "refer",
    "rule",
];

/// Numbers that repeat with their seed (Knuth's MMIX constants).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// What usually comes next in a state.
fn usual(state: &str, draw: &mut Draw) -> &'static str {
    let likely: &[&str] = match state {
        "reported" => &["accept", "accept", "accept", "consult"],
        "accepted" => &["dispatch", "dispatch", "refer"],
        "arbitrating" => &["rule"],
        "consulting" => &["guide", "reclassify", "settle"],
        "guiding" => &["reclassify", "settle"],
        "dispatched" => &["sign", "sign", "return", "recall"],
        "handling" => &["resolve", "resolve", "return"],
        "resolved" => &["verify", "rework"],
        "verified" => &["close"],
        _ => &["reopen"],
    };
    likely[draw.below(likely.len())]
}

/// Tries an action as whoever usually does it, with what it needs.
async fn try_one(town: &Town, id: &str, standard: &str, action: &str, unit: i64) -> u16 {
    let chief = town.house.signed_in(platform::PostKind::Chief, STREET).await;
    let by: &Client = match action {
        "rule" => &chief,
        "sign" | "return" | "resolve" => &town.handler,
        "verify" | "rework" | "self_resolve" => &town.worker,
        _ => &town.desk,
    };
    let mut step = json!({ "action": action, "reason": "理由", "note": "说明" });
    match action {
        "accept" => step["standard_id"] = json!(standard),
        "dispatch" => {
            step["organisation_id"] = json!(Town::unit_id(unit));
            // What was settled on the spot and opened again was opened by none.
            step["standard_id"] = json!(standard);
        }
        "return" => step["clause"] = json!("37.02.02"),
        "rule" => {
            step["organisation_id"] = json!(Town::unit_id(unit));
            step["clause"] = json!("37.02.02");
        }
        "resolve" | "self_resolve" => step["files"] = json!([town.picture(by).await]),
        _ => {}
    }
    let seen = now_of(town, id).await.1;
    let by = by.clone().with("if-match", &seen);
    by.post(&format!("/orders/{id}/steps"), step).await.status.as_u16()
}

/// The state and the version of an order.
async fn now_of(town: &Town, id: &str) -> (String, String) {
    let order = town.desk.get(&format!("/orders/{id}")).await.expect(200);
    (order.text("/state"), order.text("/version"))
}

both_engines! {
    async fn what_is_promised_holds_on_a_random_walk(fresh) {
        let mut town = town(fresh).await;
        let mut draw = Draw(7);
        let mut cases = Vec::new();
        for _ in 0..5 {
            cases.push(town.reported().await);
        }
        let mut taken = 0;
        for round in 0..400 {
            if round % 8 == 0 {
                let minutes = i64::try_from(draw.below(200)).unwrap();
                town.minutes(minutes).await;
            }
            let nth = draw.below(cases.len());
            let state = now_of(&town, &cases[nth].id).await.0;
            if matches!(state.as_str(), "rejected" | "cancelled") {
                cases[nth] = town.reported().await;
                continue;
            }
            let case = &cases[nth];
            let unit = if draw.below(3) == 0 { town.other_unit } else { town.unit };
            let action = match draw.below(2) {
                0 => usual(&state, &mut draw),
                _ => ACTIONS[draw.below(ACTIONS.len())],
            };
            match try_one(&town, &case.id, &case.standard, action, unit).await {
                200 => taken += 1,
                status => assert!(matches!(status, 403 | 404 | 409), "{action}: {status}"),
            }
        }
        assert!(taken > 150, "only {taken} steps were legal");

        let calendar = Calendar::from_json([include_str!("../../../../data/holidays/2026.json")]).unwrap();
        let rules = RuleSet::city_case();
        let told = town.house.app.read(move |r| async move {
            let mut told = Vec::new();
            for order in r.query::<Order>(&ORDERS, &vals![STREET]).await? {
                let steps: Vec<Step> = r.query(&STEPS, &vals![STREET, order.id]).await?;
                told.push((orders::clocks_of(&r, STREET, order.id).await?, steps, order));
            }
            let sums: (i64, i64) = r.one(&OPENED, &vals![STREET]).await?;
            Ok((told, sums))
        });
        let (told, (opened, reported)) = told.await.unwrap();
        assert_eq!(reported, i64::try_from(told.len()).unwrap());
        assert_eq!(opened, i64::try_from(told.iter().filter(|(_, _, order)| order.ended_at.is_none()).count()).unwrap());
        for (clocks, steps, order) in told {
            assert_eq!(order.version, i64::try_from(steps.len()).unwrap(), "one step for each version");
            for pair in steps.windows(2) {
                assert_eq!(pair[1].state_from, Some(pair[0].state_to), "no step is missing");
                assert!(pair[0].at <= pair[1].at);
            }
            assert_eq!(steps.last().unwrap().state_to, order.state);
            assert_eq!(order.clock.is_none(), order.state.is_ended(), "an end stops every clock, and nothing else does");
            assert!(clocks.runs.iter().filter(|run| run.runs()).count() <= 1, "one clock runs at a time");
            for run in &clocks.runs {
                assert_eq!(rederived(run, &clocks.pauses, &rules, &calendar), run.due_at.0);
                let end = run.stopped_at.or(run.paused_at);
                if end.is_some_and(|end| run.paused_at.is_none() && end > run.due_at) {
                    assert!(run.overdue_at.is_some(), "who was late stays late");
                }
            }
        }
    }
}

/// The deadline of a run from its start, its limit and the pauses that are over.
fn rederived(run: &ClockRun, pauses: &[orders::ClockPause], rules: &RuleSet, calendar: &Calendar) -> i64 {
    let over = pauses
        .iter()
        .filter(|pause| pause.clock_id == run.id && pause.resumed_at.is_some() && !pause.charged);
    let spans: Vec<Pause> = over
        .map(|pause| Pause {
            from: pause.paused_at.0,
            to: pause.resumed_at.map(|at| at.0),
            kind: PauseKind::Returned,
        })
        .collect();
    worktime::deadline(run.started_at.0, run.limit().unwrap(), rules, calendar, &spans).unwrap().at.unwrap()
}
