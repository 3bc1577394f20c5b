//! A hundred thousand legal and illegal acts at random, and what holds after all of them.

use std::collections::BTreeMap;

use orders::{
    Action, Asked, Books, ClockKind, Clocks, NewOrder, Order, OrderId, RequestId, RequestKind, Source, Step,
    StepInput,
};
use platform::testing::House;
use platform::uploads::Upload;
use platform::{Call, Error, FileId, Millis, PostKind, Write};
use store::{Value, sql, vals};
use worktime::{Calendar, Pause, PauseKind, RuleSet, Unit};

use crate::district::{COMMUNITY, DISTRICT, GRID, HERE, STREET, Town, town};
use crate::walk::Draw;

sql! {
    ORDERS: Order = "WHERE street_id = $1 ORDER BY id LIMIT 100000";
    STEPS: Step = "WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT 1000000";
    REQUESTS = "SELECT id FROM order_requests WHERE street_id = $1 AND order_id = $2 AND decided_at IS NULL ORDER BY id LIMIT 10";
    SUMS = "SELECT CAST(SUM(accepted) AS BIGINT), CAST(SUM(dispatched) AS BIGINT), CAST(SUM(returned) AS BIGINT)
        FROM order_counts WHERE street_id = $1";
    MORE_SUMS = "SELECT CAST(SUM(resolved) AS BIGINT), CAST(SUM(closed) AS BIGINT), CAST(SUM(opened) AS BIGINT)
        FROM order_counts WHERE street_id = $1";
    JUDGED = "SELECT CAST(SUM(handling_met) AS BIGINT), CAST(SUM(handling_missed) AS BIGINT), CAST(SUM(closing_met) AS BIGINT)
        FROM order_counts WHERE street_id = $1";
    VERDICTS = "SELECT judged, verdict, COUNT(*) FROM order_verdicts WHERE street_id = $1 GROUP BY judged, verdict LIMIT 20";
}

/// Four walks make the hundred thousand.
const ACTS: usize = 25_000;
/// So many in one transaction.
const TOGETHER: usize = 1_000;
/// So many orders are under way at a time.
const LIVE: usize = 12;

/// Everybody who may try something.
struct People {
    calls: Vec<Call>,
    units: [i64; 2],
}

impl People {
    async fn of(town: &Town) -> Self {
        let house = &town.house;
        let posts = [
            house.signed_in(PostKind::Desk, STREET).await,
            house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.unit)).await,
            house.signed_in_for(PostKind::Handler, DISTRICT, Some(town.other_unit)).await,
            house.signed_in(PostKind::GridWorker, GRID).await,
            house.signed_in(PostKind::Chief, STREET).await,
            house.signed_in(PostKind::CommunityHead, COMMUNITY).await,
            house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await,
            house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.other_unit)).await,
        ];
        Self {
            calls: posts.iter().map(|client| client.call()).collect(),
            units: [town.unit, town.other_unit],
        }
    }

    fn any(&self, draw: &mut Draw) -> &Call {
        &self.calls[draw.below(self.calls.len())]
    }

    /// Whoever usually takes an action.
    fn usual(&self, action: Action, order: &Order) -> &Call {
        let second = usize::from(order.organisation_id == Some(self.units[1]));
        &self.calls[match action {
            Action::Sign | Action::Return | Action::Resolve => 1 + second,
            Action::Verify | Action::SelfResolve => 3,
            Action::Rule => 4,
            Action::Settle | Action::Reclassify => 5,
            _ => 0,
        }]
    }

    fn head(&self, order: &Order) -> &Call {
        &self.calls[6 + usize::from(order.organisation_id == Some(self.units[1]))]
    }
}

/// What usually comes next.
fn usual(order: &Order, draw: &mut Draw) -> Action {
    let likely: &[Action] = match order.state.as_str() {
        "reported" => {
            &[Action::Accept, Action::Accept, Action::Accept, Action::Consult, Action::Guide, Action::Reject]
        }
        "accepted" => &[Action::Dispatch, Action::Dispatch, Action::Dispatch, Action::Refer],
        "dispatched" => &[Action::Sign, Action::Sign, Action::Return, Action::Recall],
        "handling" => &[Action::Resolve, Action::Resolve, Action::Return],
        "resolved" => &[Action::Verify, Action::Verify, Action::Rework],
        "verified" => &[Action::Close],
        "consulting" | "guiding" => &[Action::Settle, Action::Reclassify],
        "arbitrating" => &[Action::Rule],
        "parked" => &[Action::Wake, Action::Wake, Action::Cancel],
        _ => &[Action::Reopen],
    };
    likely[draw.below(likely.len())]
}

async fn picture(w: &Write) -> Result<FileId, Error> {
    let upload = Upload {
        street_id: STREET,
        id: w.id(),
        account_id: w.call().account().ok(),
        sha256: "0".repeat(64),
        media_type: "image/jpeg".to_owned(),
        width: 1,
        height: 1,
        bytes: 1,
        at: w.now(),
    };
    w.insert(&upload).await?;
    Ok(FileId::new(STREET, upload.id))
}

async fn input(
    w: &Write,
    books: &Books,
    people: &People,
    action: Action,
    draw: &mut Draw,
) -> Result<StepInput, Error> {
    let mut input =
        StepInput { reason: Some("理由".into()), note: Some("说明".into()), ..StepInput::of(action) };
    match action {
        Action::Accept => {
            let standards = books.catalogue.standards_of("p0101");
            input.standard_id = Some(standards[draw.below(standards.len())].id);
        }
        Action::Dispatch | Action::Rule => {
            let nth = draw.below(2);
            input.organisation_id = Some(people.units[nth]);
            input.clause = Some("城市道路管理条例第二十三条".into());
            if draw.below(30) == 0 {
                input.helpers = vec![people.units[1 - nth]];
            }
        }
        Action::Return => input.clause = Some("权责清单第12项".into()),
        Action::Resolve | Action::SelfResolve => input.files = vec![picture(w).await?],
        _ => {}
    }
    Ok(input)
}

/// Asks, endorses, decides or resumes.
async fn request(
    w: &Write,
    books: &Books,
    people: &People,
    order: &Order,
    draw: &mut Draw,
) -> Result<(), Error> {
    let id = OrderId::new(order.street_id, order.id);
    let by = |call: &Call| w.standing_in(call.clone(), STREET, w.now());
    let open: Vec<(i64,)> = w.query(&REQUESTS, &vals![STREET, order.id]).await?;
    let strange = draw.below(4) == 0;
    if let Some((first,)) = open.first().filter(|_| draw.below(4) > 0) {
        let request = RequestId::new(STREET, *first);
        if draw.below(3) == 0 {
            let call = if strange { people.any(draw) } else { people.head(order) };
            return orders::endorse(&by(call), id, request, None).await;
        }
        let call =
            if strange { people.any(draw) } else { &people.calls[if draw.below(2) == 0 { 0 } else { 4 }] };
        return orders::settle(&by(call), books, id, request, (draw.below(4) > 0, Some("经研究"))).await;
    }
    if draw.below(3) == 0 {
        let call = if strange { people.any(draw) } else { people.usual(Action::Sign, order) };
        return orders::resume(&by(call), books, id, None).await;
    }
    let kind = RequestKind::ALL[draw.below(4)];
    let day = w.now().plus(86_400_000 * i64::try_from(1 + draw.below(20)).unwrap());
    let kinds = ["supplement", "site_check", "special_procedure"];
    let asked = Asked {
        kind,
        reason: "理由".into(),
        basis: Some("依据".into()),
        pause_kind: (kind == RequestKind::Pause).then(|| kinds[draw.below(3)].to_owned()),
        until: (kind == RequestKind::Park).then_some(day),
        files: Vec::new(),
    };
    let call = if strange { people.any(draw) } else { people.head(order) };
    orders::ask(&by(call), books, id, asked).await.map(|_| ())
}

/// One act; says whether it was legal.
async fn act(
    w: &Write,
    books: &Books,
    people: &People,
    live: &mut [OrderId],
    draw: &mut Draw,
) -> Result<bool, Error> {
    let nth = draw.below(live.len());
    let order = orders::find(w, STREET, live[nth].id).await?.unwrap();
    if order.state.is_ended() && draw.below(3) > 0 {
        live[nth] = report(w, books, people).await?;
        return Ok(true);
    }
    let done = if draw.below(5) == 0 {
        request(w, books, people, &order, draw).await
    } else {
        let random = draw.below(4) == 0;
        let action = if random { Action::ALL[draw.below(Action::ALL.len())] } else { usual(&order, draw) };
        let call = if random && draw.below(2) == 0 { people.any(draw) } else { people.usual(action, &order) };
        let w = w.standing_in(call.clone(), STREET, w.now());
        let input = input(&w, books, people, action, draw).await?;
        orders::step(&w, books, &order, input).await.map(|_| ())
    };
    match done {
        Ok(()) => Ok(true),
        Err(Error::Forbidden(_) | Error::Conflict { .. } | Error::Invalid(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn report(w: &Write, books: &Books, people: &People) -> Result<OrderId, Error> {
    let w = w.standing_in(people.calls[0].clone(), STREET, w.now());
    let new = NewOrder {
        source: Source::Desk,
        class: "p0101".into(),
        position: areas::Position::new(HERE[0], HERE[1]).ok(),
        area: None,
        address: "柳石路".into(),
        description: "井盖破损".into(),
        urgent: false,
        files: Vec::new(),
        contact: None,
    };
    let drafted = orders::draft(w.app(), books, w.call(), w.now(), new)?;
    let order = drafted.file(&w).await?;
    Ok(OrderId::new(STREET, order.id))
}

/// Everything that holds.
async fn check(house: &House, kept: &[Step], end: Millis) {
    let calendar = Calendar::from_json([include_str!("../../../../data/holidays/2026.json")]).unwrap();
    let rules = RuleSet::city_case();
    let look = house.app.read(|r| async move {
        let orders: Vec<Order> = r.query(&ORDERS, &vals![STREET]).await?;
        let steps: Vec<Step> = r.query(&STEPS, &vals![STREET, 0]).await?;
        let mut clocks = Vec::new();
        for order in &orders {
            clocks.push(orders::clocks_of(&r, STREET, order.id).await?);
        }
        let sums: (i64, i64, i64) = r.one(&SUMS, &vals![STREET]).await?;
        let more: (i64, i64, i64) = r.one(&MORE_SUMS, &vals![STREET]).await?;
        let judged: (i64, i64, i64) = r.one(&JUDGED, &vals![STREET]).await?;
        let verdicts: Vec<(String, String, i64)> = r.query(&VERDICTS, &vals![STREET]).await?;
        Ok((orders, steps, clocks, (sums, more, judged), verdicts))
    });
    let (orders, steps, clocks, (sums, more, judged), verdicts) = look.await.unwrap();
    let told = |step: &Step| (step.id, step.order_id, step.action, step.state_to, step.at, step.note.clone());
    assert!(kept.iter().map(told).eq(steps.iter().map(told)), "history is only added to");
    let mut states: BTreeMap<i64, orders::State> = BTreeMap::new();
    for step in &steps {
        let before = states.insert(step.order_id, step.state_to);
        assert_eq!(step.state_from, before, "no step is missing");
    }
    let count =
        |acts: &[&str]| steps.iter().filter(|step| acts.contains(&step.action.as_str())).count() as i64;
    assert_eq!(sums, (count(&["accept"]), count(&["dispatch"]), count(&["return"])));
    assert_eq!((more.0, more.1), (count(&["resolve"]), count(&["close", "self_resolve", "settle"])));
    assert_eq!(more.2, orders.iter().filter(|order| !order.state.is_ended()).count() as i64);
    let verdict = |of: &str, outcome: &str| {
        verdicts.iter().find(|(a, b, _)| a == of && b == outcome).map_or(0, |row| row.2)
    };
    assert_eq!(
        judged,
        (verdict("handling", "met"), verdict("handling", "missed"), verdict("closing", "met"))
    );
    for (order, clocks) in orders.iter().zip(&clocks) {
        assert_eq!(states[&order.id], order.state);
        assert_eq!(
            order.clock.is_none(),
            order.state.is_ended(),
            "an end stops every clock, and nothing else does"
        );
        let own = clocks.runs.iter().filter(|run| run.clock != ClockKind::Assistance);
        assert!(own.clone().filter(|run| run.runs()).count() <= 1, "one clock runs at a time");
        for run in &clocks.runs {
            time_is_whole(run, clocks, &rules, &calendar, end);
        }
    }
}

/// The run's life is tiled by time that counted and time that did not, and its deadline follows from its rows.
fn time_is_whole(run: &orders::ClockRun, clocks: &Clocks, rules: &RuleSet, calendar: &Calendar, end: Millis) {
    let own: Vec<_> = clocks.pauses.iter().filter(|pause| pause.clock_id == run.id).collect();
    for pair in own.windows(2) {
        assert!(pair[0].resumed_at.is_some_and(|at| at <= pair[1].paused_at), "pauses follow each other");
    }
    assert_eq!(run.paused_at.is_some(), own.last().is_some_and(|pause| pause.resumed_at.is_none()));
    let stops = own.iter().filter(|pause| !pause.charged);
    let span = |to: Option<i64>, from: i64| Pause { from, to, kind: PauseKind::Returned };
    let over: Vec<Pause> =
        stops.clone().filter_map(|pause| Some(span(Some(pause.resumed_at?.0), pause.paused_at.0))).collect();
    let term = run.term().unwrap();
    let due = worktime::deadline(run.started_at.0, term, rules, calendar, &over).unwrap().at;
    assert_eq!(due, Some(run.due_at.0), "the deadline re-derives to the same millisecond");
    if matches!(run.limit().unwrap().unit(), Unit::WorkingDays | Unit::CalendarDays | Unit::CalendarMonths) {
        return;
    }
    let end = run.stopped_at.unwrap_or(end).0;
    let all: Vec<Pause> = stops
        .map(|pause| span(Some(pause.resumed_at.map_or(end, |at| at.0.min(end))), pause.paused_at.0))
        .collect();
    let works = run.limit().unwrap().unit() == Unit::WorkingHours;
    let wall = |from: i64, to: i64| match works {
        true => worktime::elapsed(rules, calendar, from, to).unwrap(),
        false => to - from,
    };
    let left = |at: i64| worktime::remaining(run.started_at.0, term, rules, calendar, &all, at).unwrap();
    let counted = left(run.started_at.0) - left(end);
    let paused: i64 = all.iter().map(|pause| wall(pause.from, pause.to.unwrap())).sum();
    assert_eq!(counted + paused, wall(run.started_at.0, end), "no time is lost");
}

async fn walk(seed: u64) {
    let town = town(store::testing::sqlite().await.unwrap()).await;
    let people = std::sync::Arc::new(People::of(&town).await);
    let books = orders::books(&town.house.app).await.unwrap();
    let (mut now, mut legal, mut kept): (Millis, usize, Vec<Step>) =
        (town.house.app.clock().now(), 0, Vec::new());
    let mut live: Vec<OrderId> = Vec::new();
    let mut draw = Draw(seed);
    for _ in 0..ACTS / TOGETHER {
        let (books, people, mut orders_now, mut drawn, mut at) =
            (books.clone(), people.clone(), live, draw, now);
        let last = kept.last().map_or(0, |step| step.id);
        let call = Call::program("test");
        let acted = town.house.app.write(&call, STREET, move |w| async move {
            let mut legal = 0;
            while orders_now.len() < LIVE {
                let w = w.standing_in(w.call().clone(), STREET, at);
                orders_now.push(report(&w, &books, &people).await?);
            }
            for _ in 0..TOGETHER {
                let most = if drawn.below(60) == 0 { 3_000 } else { 12 };
                at = at.plus(i64::try_from(drawn.below(most)).unwrap() * 60_000 + 1);
                let w = w.standing_in(w.call().clone(), STREET, at);
                legal += usize::from(act(&w, &books, &people, &mut orders_now, &mut drawn).await?);
            }
            let steps: Vec<Step> = w.query(&STEPS, &vals![STREET, Value::from(last)]).await?;
            w.record("test:walk", STREET, serde_json::json!({}));
            Ok((legal, orders_now, drawn, at, steps))
        });
        let (more, orders_now, drawn, at, steps) = acted.await.unwrap();
        (legal, live, draw, now) = (legal + more, orders_now, drawn, at);
        kept.extend(steps);
    }
    assert!(legal > ACTS / 3, "only {legal} of {ACTS} acts were legal");
    assert!(legal < ACTS, "some must be illegal");
    check(&town.house, &kept, now).await;
}

#[tokio::test]
async fn what_is_promised_holds_after_a_quarter_of_a_hundred_thousand_acts() {
    walk(1).await;
}

#[tokio::test]
async fn what_is_promised_holds_after_the_second_quarter() {
    walk(2).await;
}

#[tokio::test]
async fn what_is_promised_holds_after_the_third_quarter() {
    walk(3).await;
}

#[tokio::test]
async fn what_is_promised_holds_after_the_last_quarter() {
    walk(4).await;
}
