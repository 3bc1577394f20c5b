//! Open311: discovery, services, reporting, refusals.

use axum::http::Method;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::client311::{FORM, Program, alike, escaped, form, read};
use crate::district::{FAR, HERE, OUTSIDE, PICTURE, STREET};
use crate::resident::town;

const PLACE: [(&str, &str); 2] = [("lat", "24.305"), ("long", "109.385")];

fn cracked<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("service_code", "p0101"), PLACE[0], PLACE[1]];
    fields.extend(more);
    fields
}

both_engines! {
    async fn discovery_names_two_endpoints_and_both_formats(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let found = program.both("discovery", "").await;
        let kinds: Vec<_> = found["endpoints"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["production", "test"]);
        assert_eq!(found["endpoints"][0]["specification"], "http://wiki.open311.org/GeoReport_v2");
        assert_eq!(found["endpoints"][0]["formats"], json!(["text/xml", "application/json"]));
        assert!(found["endpoints"][0]["url"].as_str().unwrap().ends_with("/open311/v2"));
        let xml = program.get("discovery.xml").await.expect(200);
        assert!(String::from_utf8(xml.bytes).unwrap().contains("<endpoints><endpoint><specification>"));
    }

    async fn every_class_in_force_is_a_service_with_its_conditions(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let services = program.both("services", "").await;
        assert_eq!(services[0], json!({
            "service_code": "p0101", "service_name": "上水井盖", "description": "井盖缺失或移位；井盖破损面积大于25平方厘米",
            "metadata": true, "type": "realtime", "keywords": "", "group": "公用设施",
        }));
        let defined = program.both("services/p0101", "").await;
        assert_eq!(defined["service_code"], "p0101");
        let attribute = &defined["attributes"][0];
        assert_eq!((attribute["code"].as_str(), attribute["datatype"].as_str(), attribute["order"].as_i64()), (Some("condition"), Some("singlevaluelist"), Some(1)));
        assert_eq!(attribute["values"].as_array().unwrap().len(), 2);
        assert_eq!((&defined["attributes"][1]["variable"], &defined["attributes"][1]["order"]), (&json!(false), &json!(2)));
        assert_eq!(program.both("services/p9999", "").await[0]["code"], "404");
        let english = program.client.clone().with("accept-language", "en");
        assert_eq!(english.get("/open311/v2/services.json").await.expect(200).text("/0/service_name"), "water manhole");
    }

    async fn a_request_becomes_an_order_of_its_street(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let defined = program.get("services/p0101.json").await.expect(200);
        let condition = defined.text("/attributes/0/values/1/key");
        let told = "井盖破损 <b>\r\n面积较大 & 危险";
        let posted = program.post("requests.xml", &cracked(&[
            ("description", told), ("attribute[condition]", &condition), ("attribute[colour]", "red"), ("first_name", "明"), ("last_name", "韦"),
            ("phone", "138 0000 5678"), ("email", "a@b.cn"), ("device_id", "d1"), ("deviceid", "d1"), ("media_url", "https://example.org/a.jpg"), ("account_id", ""),
        ])).await.expect(201);
        let xml = String::from_utf8(posted.bytes).unwrap();
        assert!(xml.contains("<service_requests><request><service_request_id>006-20261123-00001-"), "{xml}");
        let list = town.desk.get("/orders?view=to_accept").await.expect(200);
        let seen = town.desk.get(&format!("/orders/{}", list.text("/items/0/id"))).await.expect(200);
        assert_eq!((seen.text("/source"), seen.text("/contact/phone_masked"), seen.text("/address")), ("open311".into(), "138****5678".into(), "第三社区第一网格".into()));
        assert_eq!(seen.text("/description"), format!("{told}\n情形：井盖破损面积大于25平方厘米\n照片链接：https://example.org/a.jpg"));
        let id = list.text("/items/0/number");
        let shown = program.both(&format!("requests/{id}"), "").await;
        assert_eq!(shown[0]["description"], seen.json["description"]);
        assert!(!shown.to_string().contains("5678"), "whom to call is nobody's business");
        let token = program.both(&format!("tokens/{id}"), "").await;
        assert_eq!(token, json!([{ "service_request_id": id, "token": id }]));
        assert_eq!(program.both("tokens/unknown", "").await[0]["code"], "404");
        assert!(town.house.ledger(STREET).await.iter().any(|entry| entry.starts_with("order:report ord_")));
    }

    async fn a_picture_comes_in_a_multipart_form_and_is_shown_to_everybody(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let edge = "edge311";
        let mut body = Vec::new();
        for (name, value) in cracked(&[("api_key", &program.key), ("description", "井盖破损")]) {
            body.extend(format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(format!("--{edge}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n").bytes());
        body.extend(PICTURE);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={edge}");
        let posted = program.client.request(Method::POST, "/open311/v2/requests.json", Some((kind, body))).await.expect(201);
        let shown = program.get(&format!("requests/{}.json", posted.text("/0/service_request_id"))).await.expect(200);
        let place = shown.text("/0/media_url");
        let picture = program.client.get(&place[place.find("/open311/").unwrap()..]).await.expect(200);
        assert_eq!(picture.headers["content-type"], "image/jpeg");
    }

    async fn each_thing_that_is_wrong_is_told_in_the_form_that_was_asked_for(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let told = |json: &Json| json.as_array().unwrap().iter().map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["description"].as_str().unwrap())).collect::<Vec<_>>();
        let control = "x\u{1}";
        let many = program.post("requests.json", &[("lat", "24.305"), ("media_url", "ftp://x"), ("description", control)]).await.expect(400);
        assert_eq!(told(&many.json), [
            "400 缺少 service_code", "400 lat 与 long 须成对给出", "400 media_url 须为 http 或 https 地址", "400 description 含不允许的控制字符",
        ]);
        let outside = [OUTSIDE[1].to_string(), OUTSIDE[0].to_string()];
        for (fields, status) in [
            (vec![("service_code", "p9999"), PLACE[0], PLACE[1]], 404),
            (vec![("service_code", "p0101")], 400),
            (vec![("service_code", "p0101"), ("lat", "124"), ("long", "24")], 400),
            (vec![("service_code", "p0101"), ("lat", &outside[0]), ("long", &outside[1])], 400),
            (vec![("service_code", "p0101"), ("lat", "x"), ("long", "24")], 400),
            (vec![("service_code", "p0101"), ("address_string", "某路")], 400),
            (vec![("service_code", "p0101"), ("address_id", "450204")], 400),
            (cracked(&[("attribute[condition]", "std_x")]), 400),
            (cracked(&[("attribute[condition][]", "a"), ("attribute[condition][]", "b")]), 400),
            (cracked(&[("phone", "12")]), 400),
            (cracked(&[("jurisdiction_id", "nowhere")]), 404),
        ] {
            let xml = program.post("requests.xml", &fields).await.expect(status);
            let json = program.post("requests.json", &fields).await.expect(status);
            alike(&xml, &json);
            assert_eq!(json.json[0]["code"], status.to_string());
        }
        let long = "长".repeat(4_001);
        program.post("requests.json", &cracked(&[("description", &long)])).await.expect(400);
        program.post("requests.json", &cracked(&[("description", &long[3..])])).await.expect(201);
        program.post("requests.json", &[("service_code", "p0101"), ("address_string", "第三社区菜市场门口")]).await.expect(201);
        program.post("requests.json", &[("service_code", "p0101"), ("address_id", "450204006003")]).await.expect(201);
    }

    async fn only_a_key_of_this_kind_opens_and_only_where_something_is_written(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let hotline = Program::of_kind(&town, "hotline", STREET, None).await;
        program.send("requests.json", &form(&cracked(&[]))).await.expect(403);
        program.send("requests.json", &form(&cracked(&[("api_key", "wrong")]))).await.expect(403);
        let refused = hotline.post("requests.xml", &cracked(&[])).await.expect(403);
        assert_eq!(read(std::str::from_utf8(&refused.bytes).unwrap()).0, "errors");
        let own = Program::of_kind(&town, "open311", STREET, None).await;
        let far = [FAR[1].to_string(), FAR[0].to_string()];
        own.post("requests.json", &[("service_code", "p0101"), ("lat", &far[0]), ("long", &far[1])]).await.expect(403);
        own.post("requests.json", &cracked(&[])).await.expect(201);
        program.get("requests.json").await.expect(200);
    }

    async fn the_same_call_within_ten_minutes_is_the_same_request(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let first = program.reports("井盖破损").await;
        assert_eq!(program.reports("井盖破损").await, first);
        assert_ne!(program.reports("井盖缺失").await, first);
        town.house.pass(9 * 60_000);
        assert_eq!(program.reports("井盖破损").await, first);
        town.house.pass(2 * 60_000);
        assert_ne!(program.reports("井盖破损").await, first);
        let test = program.client.request(Method::POST, "/open311/test/v2/requests.json", Some((FORM.into(), form(&cracked(&[("api_key", &program.key)])).into_bytes()))).await.expect(201);
        assert_eq!(test.text("/0/service_request_id"), "test");
        assert_eq!(program.get("requests.json").await.expect(200).json.as_array().unwrap().len(), 3);
    }

    async fn an_address_that_is_none_and_a_method_that_is_none_are_told_alike(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        for place in ["services.html", "services", "nothing.xml", "requests/a/b.xml", "requests/006-20261123-00009-X.xml"] {
            let reply = program.get(place).await.expect(404);
            assert_eq!(read(std::str::from_utf8(&reply.bytes).unwrap()).2[0].2[0].1, "404", "{place}");
        }
        let reply = program.client.request(Method::DELETE, "/open311/v2/requests.json", None).await.expect(405);
        assert_eq!(reply.json[0]["code"], "405");
        let reply = program.client.request(Method::POST, "/open311/v2/services.json", None).await.expect(405);
        assert_eq!(reply.json[0]["code"], "405");
        let reply = program.client.request(Method::POST, "/open311/v2/requests.json", Some(("text/plain".into(), b"x".to_vec()))).await.expect(415);
        assert_eq!(reply.json[0]["code"], "415");
        let large = vec![b'a'; 25 << 20];
        let reply = program.client.request(Method::POST, "/open311/v2/requests.json", Some((FORM.into(), large))).await.expect(413);
        assert_eq!(reply.json[0]["code"], "413");
        let head = program.client.request(Method::HEAD, "/open311/v2/services.xml", None).await.expect(200);
        assert!(head.bytes.is_empty() && head.headers["access-control-allow-origin"] == "*");
        assert_eq!(program.get("services/nothing.json").await.expect(404).headers["access-control-allow-origin"], "*");
    }

    async fn whatever_is_written_comes_back_or_is_refused(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let mut draw = 7_u64;
        let (mut kept, mut refused) = (0, 0);
        for nth in 0..60 {
            let mut words = format!("第{nth}件");
            for _ in 0..12 {
                draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (draw >> 33) as u32;
                let code = if at.is_multiple_of(40) { at % 32 } else if at.is_multiple_of(3) { 0x4e00 + at % 20_000 } else { at % 0x11_0000 };
                words.extend(char::from_u32(code));
            }
            words.push('。');
            let reply = program.send("requests.json", &format!("service_code=p0101&lat={}&long={}&api_key={}&description={}", HERE[1], HERE[0], program.key, escaped(&words))).await;
            if reply.status == 400 {
                assert!(words.chars().any(|c| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')), "{words:?}");
                refused += 1;
                continue;
            }
            let id = reply.expect(201).text("/0/service_request_id");
            assert_eq!(program.both(&format!("requests/{id}"), "").await[0]["description"], json!(words));
            kept += 1;
        }
        assert!(kept > 30 && refused > 3, "{kept} came back, {refused} were refused");
    }
}
