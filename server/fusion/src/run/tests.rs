//! A run that is interrupted and taken up again.

use std::io::Cursor;

use areas::{AreaCode, AreaKind, AreaRow};
use platform::testing::House;
use platform::{App, Call, Error, Millis, Text, Write};
use registry::set_open;
use store::{both_engines, sql, vals};

use super::{MIND_MS, begin, end, once};
use crate::batch::{Batch, BatchId, BatchState, HOLD_MS, get};
use crate::{columns, receive, seed_sources};

const DISTRICT: i64 = 450_204;
const STREETS: [i64; 2] = [450_204_006, 450_204_007];

sql! {
    COUNT = "SELECT COUNT(*) FROM residents WHERE street_id = $1";
    FREE = "UPDATE batches SET held_until = $3 WHERE street_id = $1 AND id = $2";
}

async fn house(fresh: store::testing::Fresh) -> House {
    let rooms = vec![
        platform::room(),
        areas::room(),
        staff::room(),
        catalogue::room(),
        registry::room(),
        orders::room(),
        crate::room(),
    ];
    let house = House::open(fresh, rooms).await;
    house.app.write(&Call::program("test"), DISTRICT, |w| async move { ground(&w).await }).await.unwrap();
    house
}

async fn ground(w: &Write) -> Result<(), Error> {
    let areas = [
        (DISTRICT, "柳南区"),
        (STREETS[0], "银山街道"),
        (STREETS[1], "南环街道"),
        (STREETS[0] * 1000 + 3, "第三社区"),
        (STREETS[1] * 1000 + 1, "第一社区"),
    ];
    for (code, zh) in areas {
        let code = AreaCode::try_from(code).unwrap();
        w.insert(&AreaRow::new(code, AreaKind::Standard, &Text::owned(zh, zh), Millis(0))).await?;
    }
    w.outdates::<areas::Directory>().await?;
    for community in [STREETS[0] * 1000 + 3, STREETS[1] * 1000 + 1] {
        set_open(w, AreaCode::try_from(community).unwrap(), true).await?;
    }
    seed_sources(w).await
}

fn file() -> String {
    let people = ["韦子涵", "李伟", "覃莉", "莫言", "蓝天", "黄河"];
    let row = |(nth, name): (usize, &&str)| {
        let place = ["银山街道第三社区", "南环街道第一社区"][nth % 2];
        format!("c-{nth},{name},19{}0-01-01,{place}金鹅花园{nth}栋101室\n", nth + 3)
    };
    let rows: String = people.iter().enumerate().map(row).collect();
    format!("record_id,name,birth_date,address\n{rows}c-9,,,\n")
}

/// A batch that was begun and has not run.
async fn begun(app: &App, held_until: Option<Millis>) -> BatchId {
    let call = Call::program("test");
    let source = receive::admitted(app, &call, "civil").await.unwrap();
    let id = app.ids().next(app.clock().now());
    let bytes = receive::keep(app, id, Cursor::new(file())).unwrap();
    let batch = receive::arrived(app, &call, source, (id, "civil.csv", bytes)).await.unwrap();
    let id = batch.wire_id();
    let mapping = columns::guess(&batch.headings().unwrap());
    let started = app.write(&call, DISTRICT, move |w| async move {
        receive::set_mapping(&w, id, mapping).await?;
        begin(&w, id, held_until).await
    });
    started.await.unwrap();
    id
}

async fn seen(app: &App, id: BatchId) -> Batch {
    app.read(move |r| async move { get(&r, id).await }).await.unwrap()
}

async fn residents(app: &App) -> Vec<i64> {
    let look = app.read(|r| async move {
        let mut counts = Vec::new();
        for street in STREETS {
            counts.push(r.one::<(i64,)>(&COUNT, &vals![street]).await?.0);
        }
        Ok(counts)
    });
    look.await.unwrap()
}

both_engines! {
    async fn what_was_written_before_an_interruption_is_neither_written_nor_counted_twice(fresh) {
        let house = house(fresh).await;
        let (app, call) = (&house.app, Call::program("test"));
        let id = begun(app, None).await;
        once(app, &call, id).await.unwrap();
        assert_eq!(residents(app).await, [3, 3]);
        once(app, &call, id).await.unwrap();
        end(app, &call, id, None).await.unwrap();
        assert_eq!(residents(app).await, [3, 3]);
        let batch = seen(app, id).await;
        let counts = (batch.state, batch.opened, batch.unchanged, batch.rejected, batch.total, batch.done);
        assert_eq!(counts, (BatchState::Done, 6, 0, 1, 7, 7));
    }

    async fn a_run_that_fell_silent_is_taken_up_by_the_next_that_looks(fresh) {
        let house = house(fresh).await;
        let app = &house.app;
        let id = begun(app, Some(app.clock().now().plus(HOLD_MS))).await;
        house.pass(HOLD_MS);
        let until = app.clock().now().plus(HOLD_MS);
        let held = app.store().write(move |tx| async move { tx.exec(&FREE, &vals![id.street, id.id, until]).await });
        held.await.unwrap();
        assert!(app.run_due_jobs().await.unwrap() > 0);
        assert_eq!(seen(app, id).await.state, BatchState::Running, "somebody else is at it");
        house.pass(HOLD_MS + MIND_MS);
        app.run_due_jobs().await.unwrap();
        while seen(app, id).await.state == BatchState::Running {
            tokio::task::yield_now().await;
        }
        assert_eq!(residents(app).await, [3, 3]);
    }

    async fn a_batch_that_cannot_be_compared_has_changed_nothing_and_says_why(fresh) {
        let house = house(fresh).await;
        let (app, call) = (&house.app, Call::program("test"));
        let rows: String = (0..5_200).map(|nth| format!("c-{nth},李伟,450204199001010018,银山街道第三社区\n")).collect();
        let file = format!("record_id,name,id_no,address\n{rows}");
        let refused = crate::take_batch(app, &call, "civil", "placeholder.csv", Cursor::new(file)).await;
        let said = format!("{:?}", refused.unwrap_err());
        assert!(said.contains("占位内容") && !said.contains("450204"), "{said}");
        assert_eq!(residents(app).await, [0, 0]);
        let ledger = house.ledger(DISTRICT).await;
        assert_eq!(ledger.last().unwrap().split(' ').next(), Some("batch:end"));
        let street = house.ledger(STREETS[0]).await;
        assert_eq!(street, Vec::<String>::new());
    }
}
