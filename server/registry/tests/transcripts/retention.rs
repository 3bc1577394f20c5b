//! What is kept no longer goes, exactly that, and only when two persons want it.

use platform::ids::first_at;
use platform::{Millis, PostKind};
use registry::look::LookRow;
use registry::{How, OPEN, Residence, ResidenceKind, Resident, ResidentState, Said, Sex};
use serde_json::json;
use store::{both_engines, sql, vals};

use super::{GRID, STREET, Town, program, town};

const DAY_MS: i64 = 86_400_000;
/// Six years, a row every half hour: ids begin in 2020.
const ROWS: i64 = 100_000;
const STEP_MS: i64 = 2_190 * DAY_MS / ROWS;

sql! {
    LOOKS = "SELECT COUNT(*) FROM looks WHERE street_id = $1 LIMIT 1";
    OLDEST = "SELECT MIN(at) FROM looks WHERE street_id = $1 LIMIT 1";
    LEFT_OF = "SELECT COUNT(*) FROM residences WHERE street_id = $1 AND resident_id = $2 LIMIT 1";
}

fn look(now: Millis, nth: i64) -> LookRow {
    let at = now.plus(-nth * STEP_MS);
    LookRow {
        street_id: STREET,
        id: first_at(at),
        resident_id: 1,
        entry_id: nth,
        at,
        account_id: Some(1),
        post_id: None,
        system_id: None,
        purpose: "check".to_owned(),
        about: None,
        how: How::Read,
        fields: "name".to_owned(),
        reason: None,
    }
}

async fn looked(town: &Town) {
    program(town, |w| async move {
        let rows: Vec<LookRow> = (1..=ROWS).map(|nth| look(w.now(), nth)).collect();
        Ok(w.bulk(&rows).await?)
    })
    .await
    .unwrap();
}

/// Somebody who died on a day, with a record and a residence.
async fn departed(town: &Town, id: i64, on: &'static str) {
    program(town, move |w| async move {
        let resident = Resident {
            street_id: STREET,
            id,
            version: 1,
            area: GRID,
            state: ResidentState::Died,
            name: "覃莉".to_owned(),
            reading: "qinli".to_owned(),
            initials: "ql".to_owned(),
            sex: Sex::Female,
            birth_date: None,
            birth_year: None,
            since: "2010-01-01".to_owned(),
            ended_on: Some(on.to_owned()),
            moved_to: None,
            merged_into: None,
            chosen: "{}".to_owned(),
            created_at: w.now(),
        };
        w.insert(&resident).await?;
        let said = Said { name: "覃莉".to_owned(), ..Said::default() };
        let (sealed, content) = said.seal(w.app(), id)?;
        w.insert(&registry::Record {
            street_id: STREET,
            id,
            source: "civil".to_owned(),
            external_id: format!("C-{id}"),
            resident_id: id,
            batch_id: None,
            sealed,
            content,
            said_on: None,
            known_from: w.now(),
            gone_at: None,
        })
        .await?;
        w.insert(&Residence {
            street_id: STREET,
            id,
            resident_id: id,
            dwelling_id: 1,
            kind: ResidenceKind::Living,
            valid_from: "2010-01-01".to_owned(),
            valid_to: OPEN.to_owned(),
            known_from: w.now(),
            known_to: None,
            source: "civil".to_owned(),
        })
        .await?;
        Ok(())
    })
    .await
    .unwrap();
}

async fn number(town: &Town, sql: &'static store::Sql) -> i64 {
    let read = town.app.read(move |r| async move { Ok(r.one::<(i64,)>(sql, &vals![STREET]).await?) });
    read.await.unwrap().0
}

async fn is_there(town: &Town, id: i64) -> (bool, i64) {
    let read = town.app.read(move |r| async move {
        let resident: Option<Resident> = r.find(&vals![STREET, id]).await?;
        let (residences,): (i64,) = r.one(&LEFT_OF, &vals![STREET, id]).await?;
        Ok((resident.is_some(), residences))
    });
    read.await.unwrap()
}

both_engines! {
    async fn retention(fresh) {
        let town = town(fresh).await;
        looked(&town).await;
        departed(&town, 1, "2021-11-22").await;
        departed(&town, 2, "2021-11-23").await;
        let leader = town.signed_in(PostKind::Leader, STREET).await;
        let asker = town.signed_in(PostKind::Steward, STREET).await;
        let shown = asker.get("/retention").await.expect(200);
        let due = |class: &str| {
            let rows = shown.json["items"].as_array().unwrap();
            rows.iter().find(|row| row["class"] == class).unwrap()["due"].as_i64().unwrap()
        };
        let now = town.app.clock().now();
        let before = shown.text("/items/0/before").parse::<jiff::Timestamp>().unwrap();
        let before = Millis(before.as_millisecond());
        let expected = (1..=ROWS).filter(|nth| now.plus(-nth * STEP_MS) < before).count() as i64;
        assert!(expected > 45_000 && expected < 55_000);
        assert_eq!((due("look"), due("departed"), due("gone_record")), (expected, 1, 0), "a dry run changes nothing");
        assert_eq!(number(&town, &LOOKS).await, ROWS);

        let none = asker.post("/retention/runs", json!({ "class": "correction" })).await;
        assert_eq!(none.status, 409, "nothing of it is due");
        assert_eq!(leader.post("/retention/runs", json!({ "class": "look" })).await.status, 403);
        let run = asker.post("/retention/runs", json!({ "class": "look" })).await.expect(201).text("/id");
        let place = format!("/retention/runs/{run}/approve");
        assert_eq!(asker.post(&place, json!({})).await.status, 403, "nobody approves what they asked for");
        town.app.run_due_jobs().await.unwrap();
        assert_eq!(number(&town, &LOOKS).await, ROWS, "and nothing goes before");
        let _ = leader.post(&place, json!({})).await.expect(200);
        assert_eq!(leader.post(&place, json!({})).await.status, 409);
        town.app.run_due_jobs().await.unwrap();
        assert_eq!(number(&town, &LOOKS).await, ROWS - expected);
        assert!(number(&town, &OLDEST).await >= before.0, "exactly what was due went");
        let done = asker.get("/retention").await.expect(200);
        assert_eq!((done.text("/runs/0/erased"), done.text("/items/0/due")), (expected.to_string(), "0".into()));

        let run = asker.post("/retention/runs", json!({ "class": "departed" })).await.expect(201).text("/id");
        let _ = leader.post(&format!("/retention/runs/{run}/approve"), json!({})).await.expect(200);
        town.app.run_due_jobs().await.unwrap();
        assert_eq!((is_there(&town, 1).await, is_there(&town, 2).await), ((false, 0), (true, 1)));
        let ledger = town.ledger(STREET).await;
        assert!(ledger.iter().any(|line| line.starts_with("retention:erase ")), "the ledger says that it went");
    }
}
