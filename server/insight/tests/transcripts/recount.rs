//! Whatever happened in whatever order: the numbers are those of a recount from the orders and their history.

use std::collections::BTreeMap;

use orders::{Act, ClockKind, ClockRun, Light, Order, Step, day_of};
use platform::testing::Client;
use platform::{Millis, PostKind};
use serde_json::{Value as Json, json};
use store::{both_engines, sql, vals};

use crate::district::{
    ACROSS, COMMUNITY, Case, DISTRICT, FAR, HERE, OTHER_STREET, STREET, Town, cracked, town_with,
};

sql! {
    ORDERS: Order = "WHERE street_id = $1 ORDER BY id LIMIT 1000";
    STEPS: Step = "WHERE street_id = $1 ORDER BY id LIMIT 10000";
    HANDLING: ClockRun = "WHERE street_id = $1 AND clock = $2 ORDER BY id LIMIT 10000";
}

/// What people do in a state: mostly the next step, sometimes another, now and then what is not allowed.
fn actions(state: &str) -> &'static [&'static str] {
    match state {
        "reported" => {
            &["accept", "accept", "accept", "accept", "self_resolve", "self_resolve", "cancel", "close"]
        }
        "accepted" => &["dispatch", "dispatch", "dispatch", "dispatch", "dispatch", "self_resolve", "cancel"],
        "dispatched" => &["sign", "sign", "sign", "sign", "sign", "return", "recall"],
        "handling" => &["resolve", "resolve", "resolve", "resolve", "return", "close"],
        "resolved" => &["verify", "rework", "sign"],
        "verified" => &["close", "close", "reopen"],
        "closed" => &["reopen", "verify", "accept"],
        _ => &["accept"],
    }
}

/// Numbers that repeat with their seed (Knuth's MMIX constants).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// Everybody who acts, in both streets.
struct Crew {
    chiefs: [Client; 2],
    handlers: [Client; 2],
    head: Client,
}

impl Crew {
    async fn of(town: &Town) -> Self {
        let house = &town.house;
        Self {
            chiefs: [
                house.signed_in(PostKind::Chief, STREET).await,
                house.signed_in(PostKind::Chief, OTHER_STREET).await,
            ],
            handlers: [
                house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.unit)).await,
                house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await,
            ],
            head: house.signed_in(PostKind::CommunityHead, COMMUNITY).await,
        }
    }

    async fn sign_in_again(&mut self, town: &Town) {
        for client in self.chiefs.iter_mut().chain(&mut self.handlers).chain([&mut self.head]) {
            *client = town.house.signed_in_again(client).await;
        }
    }
}

/// Tries something on a case as whoever may do it, if anybody may; says what was done.
async fn act(town: &Town, crew: &Crew, case: &Case, in_other: bool, draw: &mut Draw) -> Option<&'static str> {
    let chief = &crew.chiefs[usize::from(in_other)];
    let seen = case.read(chief).await.expect(200);
    let choices = actions(seen.json["state"].as_str().unwrap());
    let action = choices[draw.below(choices.len())];
    let other_unit = draw.below(3) == 0;
    let is_with_other = seen.json["organisation"]["id"] == json!(Town::unit_id(town.other_unit));
    let by = match action {
        "sign" | "return" | "resolve" => &crew.handlers[usize::from(is_with_other)],
        "self_resolve" => &crew.head,
        _ => chief,
    };
    let mut step = json!({ "action": action, "reason": "理由", "note": "说明" });
    match action {
        "accept" => step["standard_id"] = json!(case.standard),
        "dispatch" => {
            let unit = if other_unit { town.other_unit } else { town.unit };
            step["organisation_id"] = json!(Town::unit_id(unit));
        }
        "return" => step["clause"] = json!("37.02.02"),
        "resolve" | "self_resolve" => step["files"] = json!([town.picture(by).await]),
        _ => {}
    }
    let by = by.clone().with("if-match", &seen.text("/version"));
    let taken = by.post(&format!("/orders/{}/steps", case.id), step).await;
    taken.status.is_success().then_some(action)
}

/// What a row of the board holds, recounted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Numbers {
    reported: i64,
    accepted: i64,
    dispatched: i64,
    resolved: i64,
    closed: i64,
    open: i64,
    late: i64,
    in_time: i64,
    judged: i64,
}

impl Numbers {
    fn of(row: &Json) -> Self {
        let number = |name: &str| row.pointer(name).and_then(Json::as_i64).unwrap();
        Self {
            reported: number("/reported"),
            accepted: number("/accepted"),
            dispatched: number("/dispatched"),
            resolved: number("/resolved"),
            closed: number("/closed"),
            open: number("/open"),
            late: number("/late"),
            in_time: number("/on_time/done"),
            judged: number("/on_time/of"),
        }
    }
}

/// The orders of both streets with all that happened to them.
pub struct History {
    pub orders: Vec<Order>,
    pub steps: Vec<Step>,
    pub handling: Vec<ClockRun>,
    pub now: Millis,
}

impl History {
    pub async fn read(town: &Town) -> Self {
        let read = town.house.app.read(|r| async move {
            let (mut orders, mut steps, mut handling) = (Vec::new(), Vec::new(), Vec::new());
            for street in [STREET, OTHER_STREET] {
                orders.extend(r.query::<Order>(&ORDERS, &vals![street]).await?);
                steps.extend(r.query::<Step>(&STEPS, &vals![street]).await?);
                handling.extend(r.query::<ClockRun>(&HANDLING, &vals![street, ClockKind::Handling]).await?);
            }
            Ok(Self { orders, steps, handling, now: r.now() })
        });
        read.await.unwrap()
    }

    /// Whether a unit that says that it is done was late by then.
    fn was_late(&self, step: &Step) -> bool {
        let mut runs = self.handling.iter().filter(|run| run.order_id == step.order_id && run.id < step.id);
        runs.next_back().is_some_and(|run| run.overdue_at.is_some_and(|at| at <= step.at))
    }

    /// The numbers of a day for each key that `key` gives to an area and a unit; `None` is not counted.
    fn recount(&self, day: i64, key: impl Fn(&Order, i64) -> Option<String>) -> BTreeMap<String, Numbers> {
        let mut all: BTreeMap<String, Numbers> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| day_of(step.at) == day) {
            let order = self.orders.iter().find(|order| order.id == step.order_id).unwrap();
            let Some(key) = key(order, step.organisation_id.unwrap_or(0)) else { continue };
            let row = all.entry(key).or_default();
            match step.action {
                Act::Report => row.reported += 1,
                Act::Accept => row.accepted += 1,
                Act::Dispatch => row.dispatched += 1,
                Act::Resolve => {
                    row.resolved += 1;
                    row.judged += 1;
                    row.in_time += i64::from(!self.was_late(step));
                }
                Act::Close | Act::SelfResolve => row.closed += 1,
                _ => {}
            }
        }
        for order in self.orders.iter().filter(|order| !order.state.is_ended()) {
            let Some(key) = key(order, order.organisation_id.unwrap_or(0)) else { continue };
            let row = all.entry(key).or_default();
            row.open += 1;
            row.late += i64::from(order.light(self.now) == Light::Late);
        }
        all.retain(|_, row| *row != Numbers::default());
        all
    }
}

/// The rows of the board that hold anything, and the total.
async fn board(by: &Client, way: &str, date: &str) -> (BTreeMap<String, Numbers>, Numbers) {
    let day = by.get(&format!("/insight/day?by={way}&date={date}")).await.expect(200);
    let rows = day.json["items"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["key"].as_str().unwrap().to_owned(), Numbers::of(row)));
    (rows.filter(|(_, row)| *row != Numbers::default()).collect(), Numbers::of(&day.json["totals"]))
}

/// Some days of legal and illegal steps on fifty cases in three communities of two streets.
pub async fn lived(town: &mut Town) {
    let mut crew = Crew::of(town).await;
    let mut draw = Draw(11);
    let mut cases = Vec::new();
    let mut taken: BTreeMap<&str, i64> = BTreeMap::new();
    for round in 0..400 {
        if round % 8 == 0 {
            let nth = round / 8 % 3;
            let mut body = cracked();
            body["point"] = json!([HERE, ACROSS, FAR][nth]);
            let reply = crew.chiefs[usize::from(nth == 2)].post("/orders", body).await.expect(201);
            cases.push((Case::of(reply), nth == 2));
        }
        if round % 6 == 0 {
            town.minutes(i64::try_from(draw.below(170)).unwrap()).await;
            crew.sign_in_again(town).await;
        }
        let (case, in_other) = &cases[draw.below(cases.len())];
        if let Some(action) = act(town, &crew, case, *in_other, &mut draw).await {
            *taken.entry(action).or_default() += 1;
        }
    }
    for action in
        ["accept", "dispatch", "resolve", "close", "return", "rework", "self_resolve", "reopen", "cancel"]
    {
        assert!(taken.contains_key(action), "nobody could {action}: {taken:?}");
    }
}

both_engines! {
    async fn the_numbers_are_those_of_a_recount(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        lived(&mut town).await;
        let leader = town.house.signed_in(PostKind::Leader, DISTRICT).await;
        let desk = town.house.signed_in(PostKind::Desk, STREET).await;
        let head = town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await;
        let community = town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        let history = History::read(&town).await;
        let own = town.unit;
        type Sees<'a> = &'a dyn Fn(&Order, i64) -> bool;
        let everything: Sees<'_> = &|_, _| true;
        let street: Sees<'_> = &|order, _| order.street_id == STREET;
        let unit: Sees<'_> = &|_, unit| unit == own;
        let one: Sees<'_> = &|order, _| order.community() == COMMUNITY;

        let (mut days, mut late, mut judged) = (0, 0, 0);
        let mut moment = platform::testing::MONDAY_NINE;
        while moment <= history.now.plus(24 * 3_600_000) {
            let (day, date) = (day_of(moment), moment.beijing_date().to_string());
            for (who, sees) in [(&leader, everything), (&desk, street), (&head, unit), (&community, one)] {
                let total = history.recount(day, |order, with| sees(order, with).then(String::new));
                let total = total.get("").cloned().unwrap_or_default();
                let keyed = |key: &dyn Fn(&Order, i64) -> Option<String>| {
                    history.recount(day, |order, with| key(order, with).filter(|_| sees(order, with)))
                };
                let by_street = keyed(&|order, _| Some(order.street_id.to_string()));
                let by_community = keyed(&|order, _| Some(order.community().to_string()));
                let by_unit = keyed(&|_, with| (with != 0).then(|| Town::unit_id(with)));
                assert_eq!(board(who, "street", &date).await, (by_street, total.clone()), "{date}");
                assert_eq!(board(who, "community", &date).await, (by_community, total.clone()), "{date}");
                assert_eq!(board(who, "department", &date).await, (by_unit, total.clone()), "{date}");
                judged += total.judged;
                late += total.judged - total.in_time;
            }
            moment = moment.plus(24 * 3_600_000);
            days += 1;
        }
        assert!(days > 2 && judged > 0 && late > 0, "{days} days, {late} of {judged} late");

        let grids = leader.get("/insight/grids").await.expect(200);
        let mut loads: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for order in history.orders.iter().filter(|order| !order.state.is_ended()) {
            let load = loads.entry(order.area.to_string()).or_default();
            *load = (load.0 + 1, load.1 + i64::from(order.light(history.now) == Light::Late));
        }
        let shown = grids.json["items"].as_array().unwrap().iter();
        let shown = shown.map(|row| (row["code"].as_str().unwrap().to_owned(), (row["open"].as_i64().unwrap(), row["late"].as_i64().unwrap())));
        assert_eq!(shown.collect::<BTreeMap<_, _>>(), loads);
    }
}
