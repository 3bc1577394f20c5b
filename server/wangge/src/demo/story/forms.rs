//! The forms of other levels: what comes, what is refused, what a community fills in.

use platform::Error;
use serde_json::{Value as Json, json};

use super::Story;
use super::person::{Person, text};

/// Name, who wants it, how often, from which age, and the headings.
const FORMS: [(&str, &str, &str, Option<i64>, &str); 5] = [
    (
        "高龄老人居住情况摸底表",
        "区民政局",
        "quarterly",
        Some(80),
        "序号,姓名,性别,证件类型,身份证号码,出生日期,出生年份,年龄,联系电话,现住址,县区,街道,社区,社区编码,网格,网格编码,网格员,\
         小区,楼栋,单元,楼层,房号,房屋用途,居住类型,入住日期,登记日期,人员状态,户主,与户主关系,同住人数,填报单位,\
         是否独居,是否需要助餐,是否愿意结对",
    ),
    (
        "出租房屋月报",
        "公安柳南分局",
        "monthly",
        None,
        "社区,网格,网格员,房屋总数,出租房屋数,空置房屋数,人口数,消防通道是否畅通",
    ),
    (
        "常住人口基本情况表",
        "区统计局",
        "yearly",
        None,
        "社区,户数,总人口,男性人数,女性人数,60岁以上人数,未成年人数",
    ),
    ("老年人信息登记表", "区卫生健康局", "once", Some(65), "姓名,性别,身份证号码,年龄,联系电话,现住址,社区"),
    ("辖区单位用工需求表", "区人力资源和社会保障局", "monthly", None, "社区,实有单位数,缺工人数,紧缺工种"),
];

impl Story {
    pub(super) async fn forms_arrive(&mut self) -> Result<(), Error> {
        let steward = self.sign_in("steward").await?;
        for (name, issuer, every, age_from, headings) in FORMS {
            let columns: Vec<Json> =
                headings.split(',').map(|heading| json!({ "heading": heading.trim() })).collect();
            let form = json!({
                "name": name, "issuer": issuer, "basis": "工作联系函", "every": every, "columns": columns,
                "age_from": age_from,
            });
            let form = steward.post("/forms", form).await?;
            // The last one is still to be looked at; what asks for nothing new was refused by itself.
            if form["state"] != "received" || name == "辖区单位用工需求表" {
                continue;
            }
            let (id, by) = (text(&form, "/id")?, steward.clone().with("if-match", text(&form, "/version")?));
            by.post(&format!("/forms/{id}/decision"), json!({ "decision": "accept" })).await?;
        }
        Ok(())
    }

    /// The list of the old is handed in, the sheet of numbers is begun.
    pub(super) async fn fill_forms(&mut self) -> Result<(), Error> {
        let head = self.sign_in("community").await?.for_purpose("check");
        let forms = head.get("/forms").await?;
        let forms = forms.pointer("/items").and_then(Json::as_array).cloned().unwrap_or_default();
        for form in forms.iter().filter(|form| form["state"] == "accepted") {
            let place = format!("/forms/{}/answers/{}", text(form, "/id")?, head.area);
            let is_list = form["age_from"] == 80;
            self.fill(&head, &place, is_list).await?;
        }
        Ok(())
    }

    async fn fill(&mut self, head: &Person, place: &str, whole: bool) -> Result<(), Error> {
        let answers = head.get(&format!("{place}?limit=200")).await?;
        let rows = answers.pointer("/rows").and_then(Json::as_array).cloned().unwrap_or_default();
        let asked = answers.pointer("/rows/0/asked").and_then(Json::as_array).map_or(0, Vec::len);
        let mut typed = Vec::new();
        for row in rows.iter().take(if whole { usize::MAX } else { 1 }) {
            let values: Vec<&str> =
                (0..asked).map(|_| if self.draw.percent(30.0) { "是" } else { "否" }).collect();
            typed.push(json!({ "row": row["row"], "values": values }));
        }
        let by = head.clone().with("if-match", text(&answers, "/version")?);
        by.put(place, json!({ "rows": typed, "finish": whole })).await?;
        Ok(())
    }
}
