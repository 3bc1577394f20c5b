//! The register in daily use: shops, visits, people who move away.

use platform::Error;
use serde_json::json;

use super::super::people::STAGE;
use super::Story;
use super::person::text;

/// The street to which people move: 潭西街道, where 在水一方 is.
const ELSEWHERE: i64 = 450_204_007;
/// Its first community to open, and a grid of it.
const PILOT: i64 = 450_204_007_006;

impl Story {
    pub(super) async fn open_shops(&mut self) -> Result<(), Error> {
        let steward = self.sign_in("steward").await?.for_purpose("check");
        for shop in &self.filled.shops {
            let Some(dwelling) = self.dwelling(shop.dwelling) else { continue };
            let unit = json!({
                "area": dwelling.area.to_string(), "dwelling": dwelling.wire_id(), "name": shop.name, "kind": shop.kind,
                "code": shop.code, "phone": shop.phone, "opened_on": shop.opened_on,
            });
            steward.post("/units", unit).await?;
        }
        Ok(())
    }

    /// A telephone told at the door, and a birth date read off a card.
    pub(super) async fn correct_after_visits(&mut self) -> Result<(), Error> {
        let head = self.sign_in("community").await?.for_purpose("visit");
        for (id, known) in self.found(&head, head.area, 3).await? {
            let card = head.get(&format!("/residents/{id}")).await?;
            let correction = json!({ "phone": known.phone.to_string(), "reason": "入户走访时本人告知" });
            let version = text(&card, "/version")?;
            head.clone().with("if-match", version).patch(&format!("/residents/{id}"), correction).await?;
        }
        Ok(())
    }

    pub(super) async fn hand_over(&mut self) -> Result<(), Error> {
        let steward = self.sign_in("steward").await?.for_purpose("check");
        let leaving = self.found(&steward, STAGE, 3).await?;
        let mut asked = Vec::new();
        for (id, _) in &leaving {
            let body = json!({ "to_street": ELSEWHERE.to_string(), "reason": "购房迁居，本人已告知社区" });
            let told = steward.post(&format!("/residents/{id}/hand-over"), body).await?;
            asked.push(text(&told, "/id")?);
        }
        let mut asked = asked.into_iter();
        if let Some(id) = asked.next() {
            let body = json!({ "area": PILOT.to_string() });
            steward.post(&format!("/hand-overs/{id}/accept"), body).await?;
        }
        if let Some(id) = asked.next() {
            let body = json!({ "reason": "本辖区所报地址查无此人，请核实后再移交" });
            steward.post(&format!("/hand-overs/{id}/refuse"), body).await?;
        }
        Ok(())
    }
}
