//! What the city's registers send: sources, batches, and two residents who are made one and parted again.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use super::super::fusing::{HEADING, contract, ended, row};
use super::super::register::looking;
use super::Deeds;

/// Answers one call with a file.
fn answering(file: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else { return };
        let _ = stream.read(&mut [0; 2048]);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\nconnection: close\r\ncontent-length";
        let _ = write!(stream, "{head}: {}\r\n\r\n{file}", file.len());
    });
    host
}

impl Deeds {
    pub(super) async fn what_sources_send(&mut self) {
        let steward = looking(self.town.steward.clone());
        let source =
            self.post(&steward, "POST /sources", "/sources", contract("insurance")).await.text("/id");
        let place = format!("/sources/{source}");
        let file = format!("{HEADING}{}", row("i-9", "45020419910506009", "109"));
        let patch = json!({ "pull_url": format!("http://{}/people.csv", answering(file)) });
        let reply = steward.clone().with("if-match", "1").patch(&place, patch).await;
        self.did("PATCH /sources/{id}", reply).await;
        self.post(&steward, "POST /sources/{id}/pull", &format!("{place}/pull"), json!({})).await;

        // One of the third number could be either of the two before.
        let files = [
            row("i-1", "45020419910506001", "101") + &row("i-2", "45020419910506003", "102"),
            row("i-3", "", "103") + "i-4,,,,\n",
        ];
        for rows in files {
            let bytes = format!("{HEADING}{rows}");
            let reply = steward.upload("/batches?source=insurance", "people.csv", bytes.as_bytes()).await;
            let received = self.did("POST /batches", reply).await;
            let place = format!("/batches/{}", received.text("/id"));
            let mapping = json!({ "mapping": received.json["guessed"] });
            let reply = steward.put(&format!("{place}/mapping"), mapping).await;
            self.did("PUT /batches/{id}/mapping", reply).await;
            self.post(&steward, "POST /batches/{id}/run", &format!("{place}/run"), json!({})).await;
            ended(&self.town.house, &steward, &received.text("/id")).await;
            let reply = steward.get(&format!("{place}/rejects.csv")).await;
            self.did("GET /batches/{id}/rejects.csv", reply).await;
        }
        let waiting = steward.get("/reviews").await.expect(200);
        let place = format!("/reviews/{}", waiting.text("/items/0/id"));
        let kept = steward.get(&place).await.expect(200).text("/other/id");
        let by = steward.clone().with("if-match", &waiting.text("/items/0/version"));
        let _ = by.post(&format!("{place}/decision"), json!({ "decision": "same" })).await.expect(200);
        let reply = steward.get(&format!("/residents/{kept}/merges")).await;
        let merges = self.did("GET /residents/{id}/merges", reply).await;
        let place = format!("/merges/{}/undo", merges.text("/items/0/id"));
        self.post(&steward, "POST /merges/{id}/undo", &place, json!({})).await;
    }
}
