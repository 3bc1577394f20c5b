//! Who looks at whom, and what comes of it: reveals, alarms, lists, and residents who ask.

use areas::AreaCode;
use platform::{App, Call, Error, Thing};
use registry::How;
use registry::look::{self, Asked};
use serde_json::{Value as Json, json};

use super::super::day::DAY;
use super::super::people::STAGE;
use super::Story;
use super::person::{Person, text};

/// Look-ups of one day that nobody needs.
const TOO_MANY: usize = 150;

impl Story {
    /// The window, the desk, the grid and the community look somebody up, each for what they do.
    pub(super) async fn look(&mut self) -> Result<(), Error> {
        let clerk = self.sign_in_twice("clerk").await?.for_purpose("window");
        for (id, _) in self.found(&clerk, clerk.area, 2).await? {
            clerk.get(&format!("/residents/{id}")).await?;
            let body = json!({ "group": "id", "reason": "办理居住证，需核对证件号码" });
            clerk.post(&format!("/residents/{id}/reveal"), body).await?;
        }
        let desk = self.sign_in("desk").await?.for_purpose("order").about("楼道堆放杂物，需通知住户清理");
        for (id, _) in self.found(&desk, desk.area, 1).await? {
            desk.get(&format!("/residents/{id}")).await?;
        }
        let worker = self.sign_in("grid").await?.for_purpose("visit");
        for (id, _) in self.found(&worker, worker.area, 2).await? {
            worker.get(&format!("/residents/{id}")).await?;
        }
        let head = self.sign_in("community").await?.for_purpose("check");
        for (id, _) in self.found(&head, head.area, 1).await? {
            head.get(&format!("/residents/{id}/provenance")).await?;
        }
        Ok(())
    }

    /// A grid worker of the stage, one without an account for visitors, looks up more than a day's work needs.
    pub(super) async fn raise_alarm(&mut self, app: &App) -> Result<(), Error> {
        let mut workers: Vec<_> =
            self.cast.workers.iter().filter(|(grid, _)| registry::lies_in(**grid, STAGE)).collect();
        workers.sort_unstable_by_key(|(grid, _)| **grid);
        let nth = 5 + self.draw.below(workers.len().saturating_sub(5).max(1));
        let Some((grid, caller)) = workers.get(nth).map(|(grid, caller)| (**grid, (*caller).clone())) else {
            return Ok(());
        };
        let code = AreaCode::try_from(grid).map_err(Error::internal)?;
        let asked = Asked::read(Some("visit"), None)?;
        let call = Call::program("demo").on_behalf_of(caller);
        app.write(&call, STAGE, move |w| async move {
            for _ in 0..TOO_MANY {
                look::leave(&w, &asked, &[], How::Listed, &[]);
            }
            look::admit(&w, &asked, "resident:find", &Thing::at(code.value())).await
        })
        .await
    }

    pub(super) async fn review_alarm(&mut self) -> Result<(), Error> {
        let leader = self.sign_in("leader").await?;
        let alarms = leader.get("/look-alarms").await?;
        if let Some(alarm) = alarms.pointer("/items/0") {
            let body = json!({ "verdict": "justified", "note": "全员入户核查期间，已当面核实，属工作需要" });
            leader.post(&format!("/look-alarms/{}/review", text(alarm, "/id")?), body).await?;
        }
        Ok(())
    }

    /// Two matters of which residents are told later; the leader approves the first.
    pub(super) async fn delay(&mut self) -> Result<(), Error> {
        const MATTERS: [(&str, &str); 2] = [
            ("人身安全保护令协助执行", "《中华人民共和国反家庭暴力法》第三十二条"),
            ("未成年人强制报告核查", "《中华人民共和国未成年人保护法》第十一条"),
        ];
        let chief = self.sign_in("chief").await?.for_purpose("order").about(MATTERS[0].0);
        let until = self.app.clock().now().plus(30 * DAY);
        let mut asked = Vec::new();
        for ((resident, _), (about, basis)) in self.found(&chief, STAGE, 2).await?.into_iter().zip(MATTERS) {
            let delay = json!({ "resident": resident, "about": about, "basis": basis, "until": until });
            asked.push(text(&chief.post("/look-delays", delay).await?, "/id")?);
        }
        let leader = self.sign_in("leader").await?;
        if let Some(id) = asked.first() {
            leader.post(&format!("/look-delays/{id}/approve"), json!({})).await?;
        }
        Ok(())
    }

    /// One list with the leader's yes, one that still waits for it.
    pub(super) async fn export(&mut self) -> Result<(), Error> {
        let head = self.sign_in_twice("community").await?.for_purpose("check");
        let list = |reason: &str, clear: &[&str]| json!({ "area": head.area.to_string(), "born_to": 1946, "clear": clear, "reason": reason });
        let granted =
            head.post("/exports", list("重阳节慰问高龄老人，按名单上门", &["name", "phone"])).await?;
        head.post("/exports", list("老年食堂就餐意向回访", &["name", "phone", "address"])).await?;
        let leader = self.sign_in_twice("leader").await?;
        let id = text(&granted, "/id")?;
        leader
            .post(
                &format!("/exports/{id}/decision"),
                json!({ "approve": true, "note": "用途明确，用后销毁" }),
            )
            .await?;
        Ok(())
    }

    /// A resident gets a code at the window, reads who looked, asks about one look and for a correction.
    pub(super) async fn ask_who_looked(&mut self) -> Result<(), Error> {
        let clerk = self.sign_in("clerk").await?.for_purpose("window");
        for (id, known) in self.found(&clerk, clerk.area, 4).await? {
            let issued = clerk.post("/resident-access", json!({ "resident": id })).await?;
            let sign_in = json!({ "id_number": known.id_no, "code": text(&issued, "/code")? });
            // Some are in the register without their number, and cannot sign in with it.
            let Ok(pass) = Person::resident(&self.router).post("/public/mine/sign-in", sign_in).await else {
                continue;
            };
            let resident = Person::resident(&self.router).with("wangge-resident", text(&pass, "/pass")?);
            let wish = json!({ "field": "phone", "value": known.phone.to_string(), "reason": "手机号已更换，旧号不再使用" });
            resident.post("/public/mine/corrections", wish).await?;
            let looks = resident.get("/public/mine/looks").await?;
            if let Some(look) = looks.pointer("/items/0") {
                let question = json!({ "text": "我当天没有办理业务，为什么查看我的信息？" });
                resident
                    .post(&format!("/public/mine/looks/{}/question", text(look, "/id")?), question)
                    .await?;
            }
            return Ok(());
        }
        Ok(())
    }

    /// What residents asked for so far is answered.
    pub(super) async fn answer_residents(&mut self) -> Result<(), Error> {
        let steward = self.sign_in("steward").await?.for_purpose("check");
        let waiting = steward.get("/corrections").await?;
        let waiting = waiting.pointer("/items").and_then(Json::as_array).cloned().unwrap_or_default();
        for one in waiting {
            let (outcome, answer) = match one["kind"].as_str() {
                Some("question") => {
                    ("answered", "当日您在便民窗口申领查询码，工作人员为核对身份查看，未作他用。")
                }
                _ => ("accepted", "已按您提供的号码更正，并将向来源部门提出校核。"),
            };
            let by = steward.clone().with("if-match", text(&one, "/version")?);
            let id = text(&one, "/id")?;
            by.post(&format!("/corrections/{id}/answer"), json!({ "outcome": outcome, "answer": answer }))
                .await?;
        }
        Ok(())
    }
}
