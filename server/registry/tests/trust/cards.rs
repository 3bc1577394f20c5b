//! Somebody's card, and where its values come from.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::town::*;

/// Ids that differ in every run of another engine, by name.
fn named(town: &Town, text: &str) -> String {
    let mut text = text.to_owned();
    for (id, name) in [(town.wei, "wei"), (town.huang, "huang")] {
        text = text.replace(&id.to_string(), &format!("res_{name}"));
    }
    let ids = ["rsd_", "dwe_", "bui_", "hou_"];
    text.lines()
        .map(|line| match ids.iter().find(|id| line.contains(&format!("\"{id}"))) {
            Some(id) => format!("{}{id}…\"", line.split(id).next().unwrap_or_default()),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

both_engines! {
    async fn a_card_is_masked_and_says_where_each_value_comes_from(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        let seen = clerk.get(&card(town.wei)).await.expect(200);
        insta::assert_snapshot!(named(&town, &seen.transcript()));
        assert_eq!(town.looks(town.wei).await, [("read".to_owned(), "window".to_owned())]);
        assert_eq!(town.looks(town.huang).await, [("household".to_owned(), "window".to_owned())], "she was listed with her");
        let origins = clerk.get(&format!("{}/provenance", card(town.wei))).await.expect(200);
        insta::assert_snapshot!(named(&town, &origins.transcript().replace(&origins.text("/now"), "now")));
    }

    async fn an_entry_about_somebody_else_of_the_household_does_not_tell_the_matter(fresh) {
        store::sql! {
            TOLD = "SELECT detail, purpose FROM ledger_entries WHERE street_id = $1 AND action = $2 ORDER BY id LIMIT 10";
        }
        let town = town(fresh).await;
        let worker = town.house.signed_in(PostKind::GridWorker, GRID).await
            .with("wangge-purpose", "mediation").with("wangge-about", "%E6%BC%8F%E6%B0%B4");
        let _ = worker.get(&card(town.wei)).await.expect(200);
        let told = |action: &'static str| {
            let app = town.house.app.clone();
            async move {
                let rows: Vec<(String, Option<String>)> =
                    app.read(move |r| async move { Ok(r.query(&TOLD, &store::vals![STREET, action]).await?) }).await.unwrap();
                rows
            }
        };
        let own = told("resident:read").await;
        assert!(own[0].0.contains("漏水") && own[0].1.as_deref() == Some("mediation"), "{own:?}");
        let others = told("resident:household").await;
        assert!(!others[0].0.contains("漏水") && !others[0].0.contains("mediation") && others[0].1.is_none(), "{others:?}");
    }

    async fn without_addresses_in_its_purpose_a_card_ends_at_the_building(fresh) {
        let town = town(fresh).await;
        let audit = town.house.signed_in(PostKind::Auditor, STREET).await
            .with("wangge-purpose", "audit").with("wangge-about", "2026");
        let _ = audit.get(&card(town.wei)).await.expect(403);
        let clerk = town.clerk().await;
        let seen = clerk.get(&card(town.wei)).await.expect(200);
        assert_eq!(seen.text("/residences/0/address"), HOME);
        let address = seen.json["fields"].as_array().unwrap().iter().find(|field| field["field"] == "address").unwrap().clone();
        assert_eq!(address["value"], json!("金鹅花园3栋"), "the value itself is masked until it is revealed");
    }
}
