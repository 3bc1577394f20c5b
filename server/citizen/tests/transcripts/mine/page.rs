//! Getting in, and what is seen there.

use registry::look::{Asked, leave};
use registry::{Group, How, Identifier, IdentifierKind, Resident, ResidentState};
use serde_json::{Value as Json, json};
use store::both_engines;

use super::scene::{ABOUT, NUMBER, OTHER_NUMBER, PHONE, scene, told};
use crate::district::{GRID, OTHER_STREET, STREET};

const DAY: i64 = 24 * 3_600_000;

both_engines! {
    async fn a_code_is_shown_once_with_a_slip_and_opens_for_thirty_days(fresh) {
        let scene = scene(fresh).await;
        let _ = scene.clerk.post("/resident-access", json!({ "resident": scene.resident.wire_id() })).await.expect(403);
        let handed = scene.code().await.expect(201);
        let code = handed.text("/code");
        assert_eq!((code.len(), handed.text("/name")), (11, "韦*涵".to_owned()));
        let slip = data_encoding::BASE64.decode(handed.text("/slip").as_bytes()).unwrap();
        let printed = paper::testing::text(&slip);
        assert!(printed.contains(&code) && !printed.contains("韦子涵") && !printed.contains(NUMBER), "{printed}");
        for typed in [code.clone(), code.to_uppercase().replace('-', " ")] {
            let opened = scene.tried(NUMBER, &typed).await.expect(200);
            assert_eq!((opened.text("/name"), opened.text("/street/zh")), ("韦*涵".into(), "银山街道".into()));
        }
        scene.town.house.pass(30 * DAY);
        let _ = scene.tried(NUMBER, &code).await.expect(401);
        let ledger = scene.town.house.ledger(STREET).await.join("\n");
        assert!(ledger.contains("access:issue res_") && ledger.contains("access:open res_") && ledger.contains("access:refuse res_"));
    }

    async fn an_unknown_number_and_a_wrong_code_are_one_answer(fresh) {
        let scene = scene(fresh).await;
        let code = scene.code().await.expect(201).text("/code");
        let mut answers = Vec::new();
        for (number, typed) in [(NUMBER, "aaaaa-aaaaa"), (OTHER_NUMBER, code.as_str()), ("110101199003070011", code.as_str()), ("x", "y"), ("", "")] {
            answers.push(scene.tried(number, typed).await.expect(401).transcript());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].contains("wrong_code"));
    }

    async fn codes_cannot_be_tried_out(fresh) {
        let scene = scene(fresh).await;
        let code = scene.code().await.expect(201).text("/code");
        for nth in 0..10 {
            let _ = scene.tried_from(&format!("203.0.113.{nth}"), NUMBER, "aaaaa-aaaaa").await.expect(401);
        }
        let _ = scene.tried_from("203.0.113.99", NUMBER, &code).await.expect(429);
        // A day later one may try again; after twenty wrong ones the code itself opens nothing.
        scene.town.house.pass(DAY);
        for nth in 0..10 {
            let _ = scene.tried_from(&format!("203.0.113.{nth}"), NUMBER, "aaaaa-aaaaa").await.expect(401);
        }
        scene.town.house.pass(DAY);
        let _ = scene.tried(NUMBER, &code).await.expect(401);
    }

    async fn a_pass_lasts_half_an_hour_and_ends_with_its_code(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        let _ = me.get("/public/mine").await.expect(200);
        for wrong in ["", "x", "res_0000000000000000000.1.x"] {
            let _ = scene.town.house.visitor().with("wangge-resident", wrong).get("/public/mine").await.expect(401);
        }
        let _ = scene.town.house.visitor().get("/public/mine").await.expect(401);
        let newer = scene.me().await;
        let _ = me.get("/public/mine").await.expect(401);
        scene.town.house.pass(30 * 60_000 - 1);
        let _ = newer.get("/public/mine").await.expect(200);
        scene.town.house.pass(1);
        let _ = newer.get("/public/mine").await.expect(401);
    }

    async fn i_see_everything_with_where_it_comes_from(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        let seen = me.get("/public/mine").await.expect(200);
        let field = |name: &str| {
            let fields = seen.json["fields"].as_array().unwrap();
            fields.iter().find(|field| field["field"] == name).cloned().unwrap_or(Json::Null)
        };
        let phone = field("phone");
        assert_eq!((&phone["value"]["zh"], &phone["source"]["zh"], &phone["rule"]["zh"]), (&json!(PHONE), &json!("入户核实"), &json!("入户核实优先")));
        assert_eq!(phone["rivals"], json!([{
            "value": { "zh": "13800001111", "en": "13800001111" },
            "source": { "zh": "户籍登记", "en": "civil register" },
            "said_on": "2024-05-01",
        }]));
        assert_eq!((&field("id_no")["value"]["zh"], &field("sex")["value"]["zh"]), (&json!(NUMBER), &json!("女")));
        assert_eq!(seen.json["residences"][0]["address"], "金鹅花园3栋2单元501室", "{}", seen.transcript());
        assert_eq!(seen.json["residences"][0]["kind"]["zh"], "居住");
        assert!(seen.text("/ledger_name").starts_with("res_"));
        assert!(!seen.transcript().contains("覃莉"));
    }

    async fn i_see_who_looked_for_what_and_never_their_name_or_anothers_matter(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        scene.look(&scene.town.desk, &scene.resident, "order", Some(ABOUT), How::Read).await;
        scene.look(&scene.town.worker, &scene.resident, "mediation", Some("邻里纠纷"), How::Household).await;
        scene.look(&scene.town.worker, &scene.mate, "visit", None, How::Read).await;
        let case = scene.town.reported().await;
        let order = case.read(&scene.town.desk).await.expect(200);
        scene.look(&scene.town.desk, &scene.resident, "order", Some(&case.id), How::Revealed).await;
        let looks = me.get("/public/mine/looks").await.expect(200);
        // The newest first; the oldest is the slip that the clerk printed.
        assert_eq!(told(&looks, "/how"), ["revealed", "household", "read", "printed"]);
        assert_eq!(told(&looks, "/purpose/zh"), ["工单处置", "", "工单处置", "窗口办理"]);
        assert_eq!(told(&looks, "/about")[..3], [order.text("/number"), "null".to_owned(), ABOUT.to_owned()]);
        assert_eq!(told(&looks, "/how_name/zh")[1], "作为同户人员列出");
        assert_eq!(looks.json["items"][2]["fields"], json!([{ "zh": "姓名", "en": "name" }, { "zh": "住址", "en": "address" }]));
        assert_eq!(looks.text("/items/2/post/zh"), "desk");
        assert!(looks.text("/items/2/basis/zh").contains("个人信息保护法"));
        assert!(!looks.transcript().contains("邻里纠纷") && !looks.transcript().contains("测试员"));
        assert_eq!((&looks.json["next"], &looks.json["delayed"]), (&Json::Null, &Json::Null));
        let first = me.get("/public/mine/looks?limit=3").await.expect(200);
        let rest = me.get(&format!("/public/mine/looks?limit=3&cursor={}", first.text("/next"))).await.expect(200);
        assert_eq!([told(&first, "/id"), told(&rest, "/id")].concat(), told(&looks, "/id"));
    }

    async fn a_proof_taken_home_holds_and_says_nothing_of_anothers_matter(fresh) {
        let scene = scene(fresh).await;
        let me = scene.me().await;
        scene.look(&scene.town.desk, &scene.resident, "order", Some(ABOUT), How::Read).await;
        scene.look(&scene.town.worker, &scene.resident, "mediation", Some("邻里纠纷"), How::Household).await;
        scene.look(&scene.town.worker, &scene.mate, "visit", None, How::Read).await;
        let looks = me.get("/public/mine/looks").await.expect(200);
        let place = |nth: usize| format!("/public/mine/looks/{}/proof", told(&looks, "/id")[nth]);
        let _ = me.get(&place(0)).await.expect(409);
        scene.town.house.app.sequence_once().await.unwrap();
        let file = me.get(&place(1)).await.expect(200);
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("attachment"));
        let proven = platform::check_proof(&file.bytes, None).unwrap();
        assert_eq!((proven.entry.street, proven.entry.detail("about").as_deref()), (STREET, Some(ABOUT)));
        assert_eq!(proven.entry.subject, json!(me.get("/public/mine").await.expect(200).text("/ledger_name")));
        for at in 0..file.bytes.len() {
            let mut changed = file.bytes.clone();
            changed[at] ^= 1;
            assert!(platform::check_proof(&changed, None).is_err(), "byte {at}");
        }
        let household = String::from_utf8(me.get(&place(0)).await.expect(200).bytes).unwrap();
        assert!(household.contains("resident:household") && !household.contains("邻里纠纷") && !household.contains("mediation"), "{household}");
        // The look at the other one is not mine.
        let (at, call) = (scene.mate.clone(), platform::Call::program("test"));
        let other = scene.town.house.app.write(&call, STREET, move |w| async move {
            store::sql! { THEIRS = "SELECT id FROM looks WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 1"; }
            w.record("test", "test", json!({}));
            let (id,): (i64,) = w.one(&THEIRS, &store::vals![STREET, at.id]).await?;
            Ok(registry::look::LookId::new(STREET, id).to_string())
        });
        let _ = me.get(&format!("/public/mine/looks/{}/proof", other.await.unwrap())).await.expect(404);
    }

    async fn looks_at_whom_i_was_before_are_mine_too(fresh) {
        let scene = scene(fresh).await;
        let mate = scene.mate.clone();
        scene.look(&scene.town.worker, &mate, "visit", None, How::Read).await;
        // Two rows of one person become one, and another street hands a third row over.
        let (kept, call) = (scene.resident.id, platform::Call::program("test"));
        let merged = scene.town.house.app.write(&call, STREET, move |w| async move {
            w.update(&Resident { state: ResidentState::Merged, merged_into: Some(kept), ..mate }).await?;
            w.record("test", "test", json!({}));
            Ok(())
        });
        merged.await.unwrap();
        let there = Resident { street_id: OTHER_STREET, state: ResidentState::Moved, moved_to: Some(STREET), ..scene.resident.clone() };
        let desk = scene.town.house.signed_in(platform::PostKind::Desk, OTHER_STREET).await;
        let (gone, call) = (there, desk.call());
        let moved = scene.town.house.app.write(&call, OTHER_STREET, move |w| async move {
            w.insert(&gone).await?;
            let id = (OTHER_STREET, w.id(), gone.id);
            let number = Identifier::seal(w.app(), id, IdentifierKind::IdCard, NUMBER, ("own", "2020-01-01", w.now()))?;
            w.insert(&Identifier { known_to: Some(w.now()), ..number }).await?;
            leave(&w, &Asked::read(Some("order"), Some(ABOUT)).unwrap(), &[&gone], How::Read, &[Group::Name]);
            Ok(())
        });
        moved.await.unwrap();
        let me = scene.me().await;
        let looks = me.get("/public/mine/looks").await.expect(200);
        assert_eq!(told(&looks, "/office/zh"), [STREET.to_string(), OTHER_STREET.to_string(), GRID.to_string()], "{}", looks.transcript());
        // Whoever looked answers: the question goes to the street where it was.
        let place = format!("/public/mine/looks/{}/question", looks.text("/items/1/id"));
        let asked = me.post(&place, json!({ "text": "为什么查我？" })).await.expect(201);
        assert!(asked.text("/number").starts_with("C007-"));
        assert_eq!(told(&me.get("/public/mine/corrections").await.expect(200), "/number"), [asked.text("/number")]);
    }
}
