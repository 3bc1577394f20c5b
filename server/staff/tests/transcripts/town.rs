//! Two streets with four grids, a department, an office, and who keeps the lists.

use platform::posts::OrganisationId;
use platform::testing::{Client, House, Reply};
use platform::{Call, PostKind, Text};
use serde_json::{Value as Json, json};
use staff::{NewOrganisation, OrganisationKind, open_organisation};
use store::testing::Fresh;

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const COMMUNITY: i64 = 450_204_006_003;
pub const GRID: i64 = 450_204_006_003_001;
pub const NEXT_GRID: i64 = 450_204_006_003_002;
/// Of the same street, in another community.
pub const FAR_GRID: i64 = 450_204_006_004_001;
pub const OTHER_GRID: i64 = 450_204_007_001_001;
pub const SECOND: i64 = 1_000;

pub struct Town {
    pub house: House,
    /// Keeps the lists of the district.
    pub steward: Client,
    /// Keeps the lists of [`STREET`].
    pub own: Client,
    /// Keeps the lists of [`OTHER_STREET`].
    pub other: Client,
    pub admin: Client,
    /// A department of the district.
    pub unit: i64,
    /// An office of [`STREET`].
    pub office: i64,
}

pub async fn town(fresh: Fresh) -> Town {
    let house = House::open(fresh, vec![platform::room(), areas::room(), staff::room()]).await;
    let steward = house.signed_in(PostKind::Steward, DISTRICT).await;
    let own = house.signed_in(PostKind::Steward, STREET).await;
    let other = house.signed_in(PostKind::Steward, OTHER_STREET).await;
    let admin = house.signed_in(PostKind::Admin, DISTRICT).await;
    for table in [
        "code,name\n450204006,银山街道\n450204007,南环街道\n",
        "code,name\n450204006003,航北社区\n450204006004,福鑫社区\n450204007001,南环社区\n",
        &grids(&[GRID, NEXT_GRID, FAR_GRID, OTHER_GRID]),
    ] {
        let _ = steward.upload("/areas/import", "areas.csv", table.as_bytes()).await.expect(200);
    }
    let call = Call::program("test");
    let units = house.app.write(&call, DISTRICT, |w| async move {
        let unit = department("water", None);
        let office = NewOrganisation { kind: OrganisationKind::Office, ..department("office", Some(STREET)) };
        Ok((open_organisation(&w, unit).await?, open_organisation(&w, office).await?))
    });
    let (unit, office) = units.await.unwrap();
    Town { house, steward, own, other, admin, unit, office }
}

pub fn department(key: &str, street: Option<i64>) -> NewOrganisation {
    let name = Text::new("区水利局", "Water Bureau");
    NewOrganisation { key: key.to_owned(), kind: OrganisationKind::Department, name, street, parent: None }
}

/// The table of grids in force.
pub fn grids(codes: &[i64]) -> String {
    let rows = codes.iter().map(|code| format!("{code},第{}网格\n", code % 1_000_000));
    format!("code,name\n{}", rows.collect::<String>())
}

pub fn organisation(id: i64) -> String {
    OrganisationId::shared(id).to_string()
}

/// A post as it is asked for.
pub fn post_in(kind: &str, area: i64) -> Json {
    json!({ "kind": kind, "area": area.to_string(), "title": { "zh": "综合受理员", "en": "Clerk" } })
}

pub fn duty_in(role: &str, name: &str) -> Json {
    json!({ "role": role, "person_name": name })
}

/// Whatever is wrong in a form, as `field: why`.
pub fn problems(reply: &Reply) -> Vec<String> {
    let fields = reply.json["fields"].as_array().cloned().unwrap_or_default();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    fields.iter().map(|one| format!("{}: {}", text(&one["field"]), text(&one["detail"]))).collect()
}

impl Town {
    /// An account with a name to sign in by; answers its password.
    pub async fn account(&self, username: &str) -> String {
        let body = json!({ "username": username, "person_name": "韦受理" });
        self.admin.post("/staff/accounts", body).await.expect(201).text("/one_time_password")
    }

    /// A clerk's post of [`STREET`].
    pub async fn clerk(&self) -> String {
        self.own.post("/staff/posts", post_in("clerk", STREET)).await.expect(201).text("/id")
    }

    /// Somebody's tenure in a post, from now on.
    pub async fn tenure(&self, post: &str, username: &str) -> String {
        let body = json!({ "post": post, "username": username });
        self.own.post("/staff/tenures", body).await.expect(201).text("/id")
    }

    /// Somebody who signs in with a password.
    pub async fn enter(&self, username: &str, password: &str) -> Client {
        let body = json!({ "username": username, "password": password });
        let reply = self.house.visitor().post("/session", body).await.expect(200);
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        self.house.visitor().with("cookie", cookie.split(';').next().unwrap())
    }

    /// How many hold a post now; nothing when the list of posts does not show it.
    pub async fn holders(&self, post: &str) -> Option<i64> {
        let list = self.own.get(&format!("/staff/posts?area={STREET}")).await.expect(200);
        let row = list.json["items"].as_array().unwrap().iter().find(|row| row["id"] == post).cloned();
        row.map(|row| row["holders"].as_i64().unwrap())
    }

    /// The acts of this room in a log, without their subjects.
    pub async fn acts(&self, log: i64) -> Vec<String> {
        let entries = self.house.ledger(log).await.into_iter();
        let acts = entries.filter_map(|entry| entry.split(' ').next().map(str::to_owned));
        acts.filter(|act| act.starts_with("staff:") && act != "staff:open-organisation").collect()
    }
}
