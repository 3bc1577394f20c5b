//! `right_copy`: the whole copy, for programs and on paper, in far less than a minute.

use platform::testing::Reply;
use registry::How;
use serde_json::{Value as Json, json};
use store::both_engines;

use super::scene::{ABOUT, NUMBER, PHONE, scene};
use crate::district::STREET;

/// The same as programs find it, without what is another in every answer.
fn still(mut reply: Reply) -> Json {
    reply.json.as_object_mut().unwrap().remove("now");
    reply.json
}

both_engines! {
    async fn right_copy(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        for nth in 0..200 {
            let about = format!("{ABOUT} {nth}");
            scene.look(&scene.town.desk, &scene.resident, "order", Some(&about), How::Read).await;
        }
        let wish = json!({ "field": "name", "value": "韦梓涵", "reason": "身份证上是这样写的" });
        let asked = me.post("/public/mine/corrections", wish).await.expect(201);

        let begun = platform::Stopwatch::start();
        let copy = me.get("/public/mine/export.json").await.expect(200);
        let paper = me.get("/public/mine/export.pdf").await.expect(200);
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
        assert!(copy.headers["content-disposition"].to_str().unwrap().contains("attachment"));

        // What the pages show is what the copy holds.
        assert_eq!(copy.json["looks"].as_array().unwrap().len(), 201);
        let mine = still(me.get("/public/mine").await.expect(200));
        let mut held = copy.json["mine"].clone();
        held.as_object_mut().unwrap().remove("now");
        assert_eq!(held, mine);
        let looks = me.get("/public/mine/looks?limit=200").await.expect(200);
        assert_eq!(looks.json["items"].as_array().unwrap()[..], copy.json["looks"].as_array().unwrap()[..200]);
        assert_eq!(copy.json["corrections"], me.get("/public/mine/corrections").await.expect(200).json["items"]);
        assert!(copy.json["purposes"].as_array().unwrap().len() >= 8);

        // Words go on in the next line of a narrow column.
        let printed = paper::testing::text(&paper.bytes).replace('\n', "");
        for words in ["我的信息", NUMBER, PHONE, "谁查看过", "工单处置", &asked.text("/number"), "verify-proof"] {
            assert!(printed.contains(words), "{words} in {printed}");
        }
        let english = me.clone().with("accept-language", "en").get("/public/mine/export.pdf").await.expect(200);
        assert!(paper::testing::text(&english.bytes).contains("Who looked"));
        let ledger = scene.town.house.ledger(STREET).await;
        assert_eq!(ledger.iter().filter(|entry| entry.starts_with("access:export res_")).count(), 3);
    }
}
