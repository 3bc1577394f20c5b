//! Making one of two, and two of one again: what was known of each before is known of each after.

use registry::{Identifier, Member, Residence, ResidenceKind, Resident, Said};
use serde_json::json;
use store::{both_engines, sql, vals};

use crate::crowd::Dice;
use crate::pairs::{STREET, Town, record, said, town};

sql! {
    NUMBERS: Identifier = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 100";
    HOMES: Residence = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 100";
    MEMBERS: Member = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 100";
    RECORDS = "SELECT id, external_id FROM records WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 100";
}

/// All that stands of somebody, without the ids of beliefs.
async fn standing(town: &Town, resident: &Resident) -> String {
    let id = resident.id;
    let look = town.house.app.read(move |r| async move {
        let of = vals![STREET, id];
        let row: Option<Resident> = r.find(&of).await?;
        let row = Resident { version: 0, ..row.unwrap() };
        let mut numbers: Vec<String> = r
            .query::<Identifier>(&NUMBERS, &of)
            .await?
            .iter()
            .map(|row| {
                format!(
                    "{} {:?} {} {} {}",
                    row.kind, row.value_index, row.valid_from, row.valid_to, row.source
                )
            })
            .collect();
        let mut homes: Vec<String> = r
            .query::<Residence>(&HOMES, &of)
            .await?
            .iter()
            .map(|row| {
                format!("{} {} {} {} {}", row.kind, row.dwelling_id, row.valid_from, row.valid_to, row.source)
            })
            .collect();
        let members: Vec<String> = r
            .query::<Member>(&MEMBERS, &of)
            .await?
            .iter()
            .map(|row| format!("{} {} {}", row.household_id, row.relation, row.valid_from))
            .collect();
        let records: Vec<(i64, String)> = r.query(&RECORDS, &of).await?;
        numbers.sort();
        homes.sort();
        Ok(format!("{row:?} {numbers:?} {homes:?} {members:?} {records:?}"))
    });
    look.await.unwrap()
}

const ADDRESSES: [&str; 4] =
    ["第三社区金鹅花园3栋2单元501室", "第三社区金鹅花园3栋501", "第三社区碧水名苑1栋101室", "第三社区"];

fn drawn(dice: &mut Dice, number: &str) -> Said {
    let names = ["韦子涵", "韦梓涵", "韦阿姨"];
    let mut one = said(
        names[dice.below(3) as usize],
        if dice.below(2) == 0 { number } else { "" },
        &format!("1380000{:04}", dice.below(3)),
        ADDRESSES[dice.below(4) as usize],
    );
    one.birth_date = ["", "1990-01-01", "1990"][dice.below(3) as usize].to_owned();
    one
}

both_engines! {
    async fn whoever_is_parted_again_is_as_before(fresh) {
        let town = town(fresh).await;
        let mut dice = Dice(2026);
        for case in 0..16 {
            let body = format!("45020419900101{case:03}");
            let number = format!("{body}{}", chinese::identity::check_character(&body).unwrap());
            let other = town.resident("civil", &format!("C-{case}"), drawn(&mut dice, &number)).await;
            let own = town.resident("insurance", &format!("I-{case}"), drawn(&mut dice, &number)).await;
            if dice.below(2) == 0 {
                let (more, own) = (drawn(&mut dice, &number), own.clone());
                town.write(move |w| async move {
                    record(&w, &own, "civil", &format!("D-{case}"), &more).await?;
                    registry::derive(&w, own).await
                }).await;
            }
            let own = town.now(&own).await;
            town.house.pass(1000);
            if dice.below(2) == 0 {
                owns(&town, &own, case).await;
            }
            town.house.pass(1000);
            let before = (standing(&town, &own).await, standing(&town, &other).await);
            let pair = town.pair(&own, &other, 6.0).await;
            let _ = town.decide(&town.steward, &pair, "same").await.expect(200);
            town.house.pass(1000);
            let merged = standing(&town, &other).await;
            assert_ne!(merged, before.1, "the records moved");
            let id = other.wire_id().to_string();
            let merges = town.steward.get(&format!("/residents/{id}/merges")).await.expect(200);
            let merge = merges.text("/items/0/id");
            assert_eq!((merges.text("/items/0/kept"), merges.json["items"][0]["undone_at"].is_null()), (id, true));
            let undone = town.steward.post(&format!("/merges/{merge}/undo"), json!(null)).await.expect(200);
            assert!(!undone.json["undone_at"].is_null());
            assert_eq!((standing(&town, &own).await, standing(&town, &other).await), before, "case {case}");
            let _ = town.steward.post(&format!("/merges/{merge}/undo"), json!(null)).await.expect(409);
        }
    }

    async fn parting_asks_for_the_right_and_is_told(fresh) {
        let town = town(fresh).await;
        let (own, other, pair) = town.two().await;
        let _ = town.decide(&town.steward, &pair, "same").await.expect(200);
        let place = format!("/residents/{}/merges", other.wire_id());
        let merge = town.steward.get(&place).await.expect(200).text("/items/0/id");
        let _ = town.worker.post(&format!("/merges/{merge}/undo"), json!(null)).await.expect(403);
        let bare = town.house.signed_in(platform::PostKind::Steward, STREET).await;
        let _ = bare.get(&place).await.expect(403);
        let _ = town.steward.post(&format!("/merges/{merge}/undo"), json!(null)).await.expect(200);
        let ledger = town.house.ledger(STREET).await;
        let kinds: Vec<&str> = ledger.iter().map(|entry| entry.split(' ').next().unwrap()).collect();
        assert!(kinds.contains(&"merge:make") && kinds.contains(&"merge:undo"));
        assert!(!ledger.iter().any(|entry| entry.contains(&own.wire_id().to_string())), "by pseudonym only");
    }
}

/// Somebody owns the dwelling in which they live, as it was told by hand.
async fn owns(town: &Town, resident: &Resident, case: i64) {
    let resident = resident.clone();
    town.write(move |w| async move {
        let row = Residence {
            street_id: STREET,
            id: w.id(),
            resident_id: resident.id,
            dwelling_id: 1000 + case,
            kind: ResidenceKind::Owning,
            valid_from: "2020-01-01".to_owned(),
            valid_to: registry::OPEN.to_owned(),
            known_from: w.now(),
            known_to: None,
            source: registry::OWN.to_owned(),
        };
        Ok(w.insert(&row).await?)
    })
    .await;
}
