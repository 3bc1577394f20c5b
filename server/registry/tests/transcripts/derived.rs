//! What sources said, and what stands of it.

use registry::survive::Field;
use registry::{OWN, Record, Resident, ResidentState, Said, Sex, Source, derive};

use super::*;

fn source(w: &Write, key: &str, rank: i64) -> Source {
    Source {
        street_id: DISTRICT,
        id: w.id(),
        version: 1,
        key: key.to_owned(),
        name_zh: format!("来源{rank}"),
        name_en: key.to_owned(),
        owner: String::new(),
        rank,
        fields: "[]".to_owned(),
        purpose: String::new(),
        basis: String::new(),
        pull_url: None,
        mapping: "{}".to_owned(),
        opened_at: w.now(),
        expires_at: w.now(),
        closed_at: None,
    }
}

/// A resident of whom nobody has said anything yet.
async fn blank(w: &Write) -> Result<Resident, Error> {
    let resident = Resident {
        street_id: STREET,
        id: w.id(),
        version: 1,
        area: GRID,
        state: ResidentState::Living,
        name: String::new(),
        reading: String::new(),
        initials: String::new(),
        sex: Sex::Unknown,
        birth_date: None,
        birth_year: None,
        since: "2026-01-01".to_owned(),
        ended_on: None,
        moved_to: None,
        merged_into: None,
        chosen: String::new(),
        created_at: w.now(),
    };
    w.insert(&resident).await?;
    Ok(resident)
}

async fn says(w: &Write, resident: &Resident, source: &str, on: &str, said: Said) -> Result<(), Error> {
    let id = w.id();
    let (sealed, content) = said.seal(w.app(), id)?;
    let record = Record {
        street_id: STREET,
        id,
        source: source.to_owned(),
        external_id: format!("{source}-{id}"),
        resident_id: resident.id,
        batch_id: None,
        sealed,
        content,
        said_on: Some(on.to_owned()),
        known_from: w.now(),
        gone_at: None,
    };
    Ok(w.insert(&record).await?)
}

fn said(name: &str, phone: &str, address: &str) -> Said {
    Said { name: name.to_owned(), phone: phone.to_owned(), address: address.to_owned(), ..Said::default() }
}

store::sql! {
    NUMBERS: registry::Identifier = "WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 100";
    HOMES = "SELECT d.address, r.valid_from, r.valid_to, r.source FROM residences r
        JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
        WHERE r.street_id = $1 AND d.street_id = $1 AND r.resident_id = $2 AND r.known_to IS NULL ORDER BY r.valid_from, r.id LIMIT 100";
    TAKE = "UPDATE records SET resident_id = $3 WHERE street_id = $1 AND resident_id = $2 AND source = $4";
}

async fn homes(w: &Write, resident: &Resident) -> Result<Vec<String>, Error> {
    let rows: Vec<(String, String, String, String)> =
        w.query(&HOMES, &store::vals![STREET, resident.id]).await?;
    Ok(rows
        .into_iter()
        .map(|(address, from, to, source)| format!("{address} {from} {to} {source}"))
        .collect())
}

/// Believed numbers in clear.
async fn numbers(w: &Write, resident: &Resident) -> Result<Vec<String>, Error> {
    let rows: Vec<registry::Identifier> = w.query(&NUMBERS, &store::vals![STREET, resident.id]).await?;
    rows.iter().filter(|row| row.known_to.is_none()).map(|row| row.open(w.app())).collect()
}

const HOME: &str = "银山街道第三社区金鹅花园3栋2单元501室";
const NEXT: &str = "银山街道第三社区金鹅花园3栋2单元602室";

both_engines! {
    async fn the_newest_telephone_counts_and_the_older_is_kept_as_what_was_known(fresh) {
        let town = town(fresh).await;
        let told = program(&town, |w| async move {
            for (key, rank) in [("civil", 1), ("insurance", 2)] {
                w.insert(&source(&w, key, rank)).await?;
            }
            let resident = blank(&w).await?;
            says(&w, &resident, "civil", "2025-01-01", said("韦子涵", "13800000001", "")).await?;
            let first = derive(&w, resident).await?;
            let again = derive(&w, first.clone()).await?;
            assert_eq!(again.version, first.version, "deriving twice changes nothing");
            says(&w, &again, "insurance", "2026-01-01", said("韦紫涵", "13800000002", "")).await?;
            let second = derive(&w, again).await?;
            Ok((second.name.clone(), second.chosen.clone(), numbers(&w, &second).await?))
        }).await.unwrap();
        assert_eq!((told.0.as_str(), told.2), ("韦子涵", vec!["13800000002".to_owned()]), "a name is believed by the rank of its source");
        let chosen: Json = serde_json::from_str(&told.1).unwrap();
        assert_eq!((&chosen["name"]["rule"], &chosen["phone"]["rule"]), (&json!("rank"), &json!("fresh")));
        assert!(!told.1.contains("韦") && !told.1.contains("138"), "which rule won is told without values");
    }

    async fn who_moved_lived_where_they_lived_until_then(fresh) {
        let town = town(fresh).await;
        let homes = program(&town, |w| async move {
            let resident = blank(&w).await?;
            says(&w, &resident, "civil", "2025-01-01", said("韦子涵", "", HOME)).await?;
            let resident = derive(&w, resident).await?;
            assert_eq!(resident.area, COMMUNITY, "the address names the community, its building is new");
            says(&w, &resident, "insurance", "2026-01-01", said("韦子涵", "", NEXT)).await?;
            let resident = derive(&w, resident).await?;
            homes(&w, &resident).await
        }).await.unwrap();
        assert_eq!(homes, [
            "金鹅花园3栋2单元501室 2025-01-01 2026-01-01 civil",
            "金鹅花园3栋2单元602室 2026-01-01 9999-12-31 insurance",
        ]);
    }

    async fn what_is_merged_and_parted_again_stands_as_before(fresh) {
        let town = town(fresh).await;
        program(&town, |w| async move {
            let (one, other) = (blank(&w).await?, blank(&w).await?);
            says(&w, &one, "civil", "2025-01-01", said("韦子涵", "13800000001", HOME)).await?;
            says(&w, &other, "insurance", "2026-01-01", said("韦子涵", "13800000002", NEXT)).await?;
            let (one, mut other) = (derive(&w, one).await?, derive(&w, other).await?);
            let before = (numbers(&w, &one).await?, homes(&w, &one).await?, numbers(&w, &other).await?, homes(&w, &other).await?);
            w.exec(&TAKE, &store::vals![STREET, other.id, one.id, "insurance"]).await?;
            (other.state, other.merged_into) = (ResidentState::Merged, Some(one.id));
            w.update(&other).await?;
            other.version += 1;
            let (one, mut other) = (derive(&w, one).await?, derive(&w, other).await?);
            assert_eq!(numbers(&w, &one).await?, ["13800000002"]);
            assert!(homes(&w, &other).await?.is_empty() && numbers(&w, &other).await?.is_empty(), "they are one person now");
            w.exec(&TAKE, &store::vals![STREET, one.id, other.id, "insurance"]).await?;
            (other.state, other.merged_into) = (ResidentState::Living, None);
            w.update(&other).await?;
            other.version += 1;
            let (one, other) = (derive(&w, one).await?, derive(&w, other).await?);
            let after = (numbers(&w, &one).await?, homes(&w, &one).await?, numbers(&w, &other).await?, homes(&w, &other).await?);
            assert_eq!(before, after);
            Ok(())
        }).await.unwrap();
    }

    async fn an_address_of_another_street_or_of_no_dwelling_settles_nobody(fresh) {
        let town = town(fresh).await;
        program(&town, |w| async move {
            for vague in ["南环街道第一社区山水居1栋101室", "银山街道第九社区山水居1栋101室", "山水居1栋101室", "银山街道第三社区山水居1栋", "第四社区柳石小区1栋101室"] {
                let resident = blank(&w).await?;
                says(&w, &resident, "civil", "2025-01-01", said("韦子涵", "", vague)).await?;
                let resident = derive(&w, resident).await?;
                assert!(homes(&w, &resident).await?.is_empty(), "{vague}");
                assert_eq!((resident.name.as_str(), resident.area), ("韦子涵", GRID));
            }
            Ok(())
        }).await.unwrap();
    }

    async fn what_was_seen_at_the_door_stands_until_a_source_speaks_of_a_later_day(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let id = id_of(&resident);
        program(&town, move |w| async move {
            let resident: Resident = w.find(&store::vals![STREET, id]).await?.unwrap();
            says(&w, &resident, "civil", "2026-11-22", said("韦子函", "13900000009", NEXT)).await?;
            let resident = derive(&w, resident).await?;
            assert_eq!(resident.name, "韦子涵");
            assert_eq!(homes(&w, &resident).await?, [format!("金鹅花园3栋2单元501室 2026-03-01 9999-12-31 {OWN}")]);
            let corrected = registry::correct(&w, resident, Field::Phone, "13700000007", "本人到窗口").await?;
            let known = numbers(&w, &corrected).await?;
            assert_eq!(known.last().map(String::as_str), Some("13700000007"));
            Ok(())
        }).await.unwrap();
    }
}
