//! What the register answers over HTTP, on both engines.

mod bitemporal;
mod communities;
mod derived;
mod hand_overs;
mod households;
mod places;
mod residences;
mod residents;
mod retention;
mod statistics;
mod units;

use platform::testing::{Client, House, Reply};
use platform::{Call, Error, PostKind, Write};
use registry::ResidentId;
use serde_json::{Value as Json, json};
use store::both_engines;
use store::testing::Fresh;

const DISTRICT: i64 = 450_204;
const STREET: i64 = 450_204_006;
const OTHER_STREET: i64 = 450_204_007;
const COMMUNITY: i64 = 450_204_006_003;
const CLOSED_COMMUNITY: i64 = 450_204_006_004;
const OTHER_COMMUNITY: i64 = 450_204_007_001;
const GRID: i64 = 450_204_006_003_001;
const SECOND_GRID: i64 = 450_204_006_003_002;

const AREAS: [&str; 3] = [
    "code,name\n450204006,银山街道\n450204007,南环街道\n",
    "code,name\n450204006003,第三社区\n450204006004,第四社区\n450204007001,第一社区\n",
    "code,name\n450204006003001,第1网格\n450204006003002,第2网格\n450204006004001,第1网格\n450204007001001,第1网格\n",
];

/// A street with two communities of which one is open, and a street beside it.
struct Town {
    house: House,
    /// Of [`STREET`].
    steward: Client,
    /// Of [`GRID`].
    worker: Client,
}

impl std::ops::Deref for Town {
    type Target = House;
    fn deref(&self) -> &House {
        &self.house
    }
}

async fn town(fresh: Fresh) -> Town {
    let rooms = vec![platform::room(), areas::room(), staff::room(), registry::room()];
    let house = House::open(fresh, rooms).await;
    let keeper = house.signed_in(PostKind::Steward, DISTRICT).await;
    for table in AREAS {
        let _ = keeper.upload("/areas/import", "areas.csv", table.as_bytes()).await.expect(200);
    }
    for code in [COMMUNITY, OTHER_COMMUNITY] {
        let open = json!({ "code": code.to_string(), "open": true });
        let _ = keeper.put("/registry/communities", open).await.expect(200);
    }
    let steward = checking(&house.signed_in(PostKind::Steward, STREET).await);
    let worker = checking(&house.signed_in(PostKind::GridWorker, GRID).await);
    Town { house, steward, worker }
}

/// The same person, who says that they check data.
fn checking(client: &Client) -> Client {
    client.clone().with("wangge-purpose", "check")
}

fn matching(client: &Client, version: i64) -> Client {
    client.clone().with("if-match", &format!("\"{version}\""))
}

/// A woman of thirty-six in 金鹅花园.
fn wei() -> Json {
    json!({
        "area": GRID.to_string(), "name": "韦子涵", "sex": "女", "id_no": "450204199001010026", "phone": "138 0000 5678",
        "address": "金鹅花园3栋2单元501室", "since": "2026-03-01",
    })
}

/// Her neighbour, and everybody else.
fn somebody(name: &str, address: &str) -> Json {
    json!({ "area": GRID.to_string(), "name": name, "address": address, "since": "2026-03-01" })
}

/// Taken into the register; the id.
async fn registered(town: &Town, body: Json) -> String {
    town.worker.post("/residents", body).await.expect(201).text("/id")
}

/// The dwelling of a room of 金鹅花园3栋2单元, as the floor plan has it.
async fn door(town: &Town, room: &str) -> String {
    let building = find_building(town).await;
    let plan = town.worker.get(&format!("/buildings/{building}")).await.expect(200);
    let dwellings = plan.json["dwellings"].as_array().unwrap();
    let found =
        dwellings.iter().find(|one| one["room"] == room).unwrap_or_else(|| panic!("{}", plan.transcript()));
    found["id"].as_str().unwrap().to_owned()
}

async fn find_building(town: &Town) -> String {
    store::sql! { FIRST = "SELECT id FROM buildings WHERE street_id = $1 AND building_key = $2 LIMIT 1"; }
    let found = town
        .app
        .read(|r| async move {
            let found: (i64,) = r.one(&FIRST, &store::vals![STREET, "金鹅花园|3"]).await?;
            Ok(found)
        })
        .await;
    registry::BuildingId::new(STREET, found.unwrap().0).to_string()
}

/// Who is tied to a dwelling: `name kind from to`, masked, in the order of the names.
fn tied(reply: &Reply) -> Vec<String> {
    let people = reply.json["people"].as_array().unwrap_or_else(|| panic!("{}", reply.transcript()));
    let word = |person: &Json, field: &str| person[field].as_str().unwrap().to_owned();
    let mut all: Vec<String> = people
        .iter()
        .map(|person| ["name", "kind", "valid_from", "valid_to"].map(|field| word(person, field)).join(" "))
        .collect();
    all.sort();
    all
}

/// Runs a verb as the program, in [`STREET`].
async fn program<T, F, W>(town: &Town, verb: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Write) -> W + Send + 'static,
    W: Future<Output = Result<T, Error>> + Send + 'static,
{
    town.app
        .write(&Call::program("test"), STREET, move |w| async move {
            w.record("test", STREET, json!({}));
            verb(w).await
        })
        .await
}

fn id_of(text: &str) -> i64 {
    text.parse::<ResidentId>().unwrap().id
}
