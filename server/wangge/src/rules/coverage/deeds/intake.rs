//! What comes from elsewhere: connected systems, their tickets and events, sheets of the hotline, joined reports.

use serde_json::json;

use super::super::requests::{cases, event, mapping, ticket};
use super::super::town::{STREET, middle};
use super::Deeds;

impl Deeds {
    pub(super) async fn what_comes_from_elsewhere(&mut self) {
        let (admin, desk) = (self.town.admin.clone(), self.town.desk.clone());
        for (kind, address, body) in
            [("hotline", "POST /intake/tickets", ticket()), ("place_event", "POST /intake/events", event())]
        {
            let system = json!({ "name": "市平台", "kind": kind, "area": STREET.to_string() });
            let opened = self.post(&admin, "POST /systems", "/systems", system).await;
            let place = format!("/systems/{}", opened.text("/id"));
            let renewed =
                self.post(&admin, "POST /systems/{id}/key", &format!("{place}/key"), json!({})).await;
            let key = format!("Bearer {}", renewed.text("/key"));
            let program = self.town.house.visitor().with("authorization", &key);
            let (_, path) = address.split_once(' ').unwrap();
            self.post(&program, address, path, body).await;
            let reply = admin.delete(&place).await;
            self.did("DELETE /systems/{id}", reply).await;
        }
        for place in ["/orders/import/columns", "/orders/import/rejected"] {
            let reply = desk.upload(place, "cases.csv", cases().as_bytes()).await;
            self.did(&format!("POST {place}"), reply).await;
        }
        let reply = desk.put("/orders/import/mappings", mapping()).await;
        self.did("PUT /orders/import/mappings", reply).await;
        let visitor = self.town.house.visitor();
        let [lon, lat] = middle(0);
        let near = visitor.get(&format!("/public/nearby?lon={lon}&lat={lat}")).await.expect(200);
        let open = near.json["items"].as_array().unwrap().iter().find(|one| !one["mark"].is_null()).unwrap();
        let same = json!({ "mark": open["mark"] });
        self.post(&visitor, "POST /public/nearby/follow", "/public/nearby/follow", same).await;
        let main = self.reported(&desk).await;
        let mut second = self.reported(&desk).await;
        self.step(&desk, &mut second, "join", json!({ "into": main.id })).await;
    }
}
