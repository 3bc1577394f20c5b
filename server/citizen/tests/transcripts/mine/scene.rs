//! A street with an open register, two people who share a dwelling, and those who look at them.

use catalogue::publish_rules;
use platform::testing::{Client, Reply};
use platform::{AreaCode, Call, PostKind};
use registry::look::{Asked, leave};
use registry::{Group, How, NewResident, Record, Resident, Said, Source, derive, register, set_open};
use serde_json::json;
use store::testing::Fresh;
use worktime::RuleSet;

use crate::district::{COMMUNITY, DISTRICT, GRID, STREET, Town, town_with};

pub const NUMBER: &str = "450204199001010018";
pub const OTHER_NUMBER: &str = "450204198805210029";
pub const PHONE: &str = "13800005678";
pub const ABOUT: &str = "柳石路 12 号漏水";

pub struct Scene {
    pub town: Town,
    pub clerk: Client,
    pub steward: Client,
    pub chief: Client,
    pub leader: Client,
    pub resident: Resident,
    pub mate: Resident,
}

fn said(name: &str, number: &str, phone: &str) -> Said {
    Said {
        name: name.to_owned(),
        sex: "女".to_owned(),
        id_no: number.to_owned(),
        phone: phone.to_owned(),
        address: "金鹅花园3栋2单元501室".to_owned(),
        ..Said::default()
    }
}

/// The street, its people and its posts.
pub async fn scene(fresh: Fresh) -> Scene {
    let town = town_with(fresh, vec![registry::room(), citizen::room()]).await;
    let call = Call::program("test");
    let rules = town.house.app.write(&call, DISTRICT, |w| async move {
        publish_rules(&w, &RuleSet::civil_code()).await?;
        w.insert(&Source {
            street_id: DISTRICT,
            id: w.id(),
            version: 1,
            key: "civil".to_owned(),
            name_zh: "户籍登记".to_owned(),
            name_en: "civil register".to_owned(),
            owner: "公安分局".to_owned(),
            rank: 1,
            fields: "[]".to_owned(),
            purpose: "check".to_owned(),
            basis: "《政务数据共享条例》".to_owned(),
            pull_url: None,
            mapping: "{}".to_owned(),
            opened_at: w.now(),
            expires_at: w.now().plus(1_000_000_000),
            closed_at: None,
        })
        .await?;
        Ok(())
    });
    rules.await.unwrap();
    let people = town.house.app.write(&call, STREET, |w| async move {
        set_open(&w, AreaCode::try_from(COMMUNITY).unwrap(), true).await?;
        let new =
            |said| NewResident { area: GRID, said, said_on: None, since: Some("2020-03-01".to_owned()) };
        let resident = register(&w, new(said("韦子涵", NUMBER, PHONE))).await?;
        let mate = register(&w, new(said("覃莉", OTHER_NUMBER, "13800009999"))).await?;
        let older = said("韦子涵", NUMBER, "13800001111");
        let id = w.id();
        let (sealed, content) = older.seal(w.app(), id)?;
        w.insert(&Record {
            street_id: STREET,
            id,
            source: "civil".to_owned(),
            external_id: "c1".to_owned(),
            resident_id: resident.id,
            batch_id: None,
            sealed,
            content,
            said_on: Some("2024-05-01".to_owned()),
            known_from: w.now(),
            gone_at: None,
        })
        .await?;
        Ok((derive(&w, resident).await?, mate))
    });
    let (resident, mate) = people.await.unwrap();
    let clerk = town.house.signed_in(PostKind::Clerk, STREET).await;
    let steward = town.house.signed_in(PostKind::Steward, STREET).await;
    let chief = town.house.signed_in(PostKind::Chief, STREET).await;
    let leader = town.house.signed_in(PostKind::Leader, STREET).await;
    Scene { town, clerk, steward, chief, leader, resident, mate }
}

impl Scene {
    /// The clerk hands out a code.
    pub async fn code(&self) -> Reply {
        let clerk = self.town.house.signed_in_again(&self.clerk).await;
        let at_window = clerk.with("wangge-purpose", "window");
        at_window.post("/resident-access", json!({ "resident": self.resident.wire_id() })).await
    }

    pub async fn tried(&self, number: &str, code: &str) -> Reply {
        self.tried_from("203.0.113.1", number, code).await
    }

    pub async fn tried_from(&self, address: &str, number: &str, code: &str) -> Reply {
        let visitor = self.town.house.visitor().with("x-forwarded-for", address);
        visitor.post("/public/mine/sign-in", json!({ "id_number": number, "code": code })).await
    }

    /// The resident with a fresh code and a pass.
    pub async fn me(&self) -> Client {
        let code = self.code().await.expect(201).text("/code");
        let pass = self.tried(NUMBER, &code).await.expect(200).text("/pass");
        self.town.house.visitor().with("wangge-resident", &pass)
    }

    /// Somebody looks at a resident.
    pub async fn look(&self, by: &Client, at: &Resident, purpose: &str, about: Option<&str>, how: How) {
        let (asked, at) = (Asked::read(Some(purpose), about).unwrap(), at.clone());
        let call = by.call();
        let looked = self.town.house.app.write(&call, STREET, move |w| async move {
            leave(&w, &asked, &[&at], how, &[Group::Name, Group::Address]);
            Ok(())
        });
        looked.await.unwrap();
    }
}

/// The values of a list, one for each item.
pub fn told(reply: &Reply, pointer: &str) -> Vec<String> {
    let items = reply.json["items"].as_array().unwrap();
    items.iter().map(|item| item.pointer(pointer).map_or_else(String::new, text)).collect()
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
