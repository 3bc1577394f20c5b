//! Pairs that the linkage was not sure of, and corrections that go back to those who own a value.

use platform::Error;
use serde_json::{Value as Json, json};

use super::Story;
use super::person::text;

impl Story {
    /// The first pairs of the queue: most are one person, some are not, one is looked at at the door.
    pub(super) async fn review(&mut self) -> Result<(), Error> {
        let head = self.sign_in("community").await?.for_purpose("check");
        let queue = head.get("/reviews?limit=12").await?;
        let pairs = queue.pointer("/items").and_then(Json::as_array).cloned().unwrap_or_default();
        for (nth, pair) in pairs.iter().enumerate() {
            let decision = match nth {
                3 => "field",
                2 | 6 | 9 => "distinct",
                _ => "same",
            };
            let (id, version) = (text(pair, "/id")?, text(pair, "/version")?);
            let by = head.clone().with("if-match", version);
            let path = format!("/reviews/{id}/decision");
            match by.post(&path, json!({ "decision": decision })).await {
                // Two sound numbers are two people, and nobody joins them.
                Err(Error::Conflict { .. }) => by.post(&path, json!({ "decision": "distinct" })).await?,
                other => other?,
            };
        }
        Ok(())
    }

    pub(super) async fn make_claims(&mut self) -> Result<(), Error> {
        let head = self.sign_in("community").await?.for_purpose("check");
        for (id, _) in self.found(&head, head.area, 6).await? {
            if self.claims.len() == 2 {
                break;
            }
            // A new number, which no source has heard of.
            let value = (15_400_000_000 + self.draw.between(0, 99_999_999)).to_string();
            let body =
                json!({ "field": "phone", "value": value, "basis": "door", "note": "本人当面说明已换号" });
            match head.post(&format!("/residents/{id}/claims"), body).await {
                Ok(made) => self.claims.push(text(&made, "/id")?),
                // No source says anything of their telephone.
                Err(Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(super) async fn answer_claims(&mut self) -> Result<(), Error> {
        let steward = self.sign_in("steward").await?.for_purpose("check");
        let answers =
            [("accepted", "已核实并更新"), ("refused", "本系统以参保单位申报为准，请本人到窗口变更")];
        for (id, (outcome, note)) in std::mem::take(&mut self.claims).into_iter().zip(answers) {
            let claim = steward.get(&format!("/claims/{id}")).await?;
            let by = steward.clone().with("if-match", text(&claim, "/version")?);
            by.post(&format!("/claims/{id}/answer"), json!({ "outcome": outcome, "note": note })).await?;
        }
        Ok(())
    }
}
