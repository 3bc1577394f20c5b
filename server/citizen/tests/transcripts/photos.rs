//! Pictures: on their way, after the words, and who may see them.

use axum::http::Method;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{PICTURE, STREET};
use crate::resident::{Resident, TAIL, case, closed, cracked, picture, town};

both_engines! {
    async fn pictures_may_come_after_the_words(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        for _ in 0..2 {
            let file = picture(&resident.client).await;
            let _ = resident.client.post(&resident.path("/files"), json!({ "token": resident.token, "files": [file] })).await.expect(204);
        }
        assert_eq!(resident.by_token().await.expect(200).json["before"].as_array().unwrap().len(), 2);
        let seen = case(&town, &resident).await;
        assert_eq!((seen.seen.text("/photos"), seen.version), ("2".into(), 1));
        let steps = town.desk.get(&format!("/orders/{}/steps", seen.id)).await.expect(200);
        assert_eq!(steps.json["items"][0]["files"].as_array().unwrap().len(), 2, "they belong to the report");
        assert!(town.house.ledger(STREET).await.contains(&format!("order:photos {}", seen.id)));
    }

    async fn a_second_click_adds_nothing(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let clicker = resident.client.clone().with("idempotency-key", "photo-00001");
        let file = clicker.upload("/public/files", "a.png", PICTURE).await.expect(201);
        assert_eq!(clicker.upload("/public/files", "a.png", PICTURE).await.expect(201).json, file.json);
        let body = json!({ "token": resident.token, "files": [file.text("/id")] });
        for _ in 0..2 {
            let _ = clicker.post(&resident.path("/files"), body.clone()).await.expect(204);
        }
        // Without the key the picture is gone: it hangs on the report already.
        let _ = resident.client.post(&resident.path("/files"), body).await.expect(422);
        assert_eq!(case(&town, &resident).await.seen.text("/photos"), "1");
    }

    async fn six_are_enough(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor();
        let mut files = Vec::new();
        for _ in 0..8 {
            files.push(picture(&visitor).await);
        }
        let mut body = cracked();
        body["files"] = json!(files[..4]);
        let resident = Resident::reporting(&town, body).await;
        let path = resident.path("/files");
        let add = |files: &[String]| resident.client.post(&path, json!({ "token": resident.token, "files": files }));
        let _ = add(&files[4..7]).await.expect(422);
        let _ = add(&[]).await.expect(422);
        let _ = add(&files[4..6]).await.expect(204);
        let refused = add(&files[6..7]).await.expect(422);
        assert_eq!(refused.text("/fields/0/detail"), "照片须为 1 至 6 张，含已上传的");
    }

    async fn an_ended_case_takes_no_more_pictures(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        closed(&town, &resident).await;
        let file = picture(&resident.client).await;
        let body = json!({ "token": resident.token, "files": [file] });
        assert_eq!(resident.client.post(&resident.path("/files"), body).await.expect(409).text("/detail"), "已经办结，不再接收照片");
    }

    async fn only_the_token_of_the_report_adds_pictures(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let file = picture(&resident.client).await;
        let other = Resident::reporting(&town, cracked()).await;
        let _ = resident.client.post(&resident.path("/files"), json!({ "token": other.token, "files": [file] })).await.expect(404);
        let pass = resident.by_tail(TAIL).await.expect(200).text("/token");
        let _ = resident.client.post(&resident.path("/files"), json!({ "token": pass, "files": [file] })).await.expect(404);
    }

    async fn pictures_open_with_the_token_or_an_hours_pass_and_with_nothing_else(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor();
        let mut body = cracked();
        body["files"] = json!([picture(&visitor).await]);
        let resident = Resident::reporting(&town, body).await;
        closed(&town, &resident).await;
        let seen = resident.by_tail(TAIL).await.expect(200);
        let (before, after, pass) = (seen.text("/before/0/id"), seen.text("/after/0/id"), seen.text("/token"));
        let path = |file: &str, token: &str, more: &str| resident.path(&format!("/files/{file}?token={token}{more}"));
        for file in [&before, &after] {
            for token in [&resident.token, &pass] {
                for size in ["", "&size=full", "&size=thumb"] {
                    let shown = visitor.get(&path(file, token, size)).await.expect(200);
                    assert_eq!((&shown.headers["content-type"], &shown.bytes[..2]), (&"image/jpeg".parse().unwrap(), &[0xff, 0xd8][..]));
                    assert_eq!(shown.headers["cache-control"], "private, max-age=86400, immutable");
                }
            }
        }
        let _ = visitor.get(&path(&before, &pass, "&size=huge")).await.expect(400);
        let _ = visitor.get(&resident.path(&format!("/files/{before}"))).await.expect(400);
        let other = Resident::reporting(&town, cracked()).await;
        let stranger = other.by_token().await.expect(200).text("/token");
        for token in [other.token.as_str(), stranger.as_str(), "", "1.x", &pass.replace('.', "0.")] {
            let _ = visitor.get(&path(&before, token, "")).await.expect(404);
        }
        let _ = visitor.get(&other.path(&format!("/files/{before}?token={}", other.token))).await.expect(404);
        let _ = visitor.get(&path("fil_x", &pass, "")).await.expect(404);
        town.house.pass(3_600_000);
        let _ = visitor.get(&path(&before, &pass, "")).await.expect(404);
        let _ = visitor.get(&path(&before, &resident.token, "")).await.expect(200);
    }

    async fn pictures_of_inner_steps_are_not_for_the_public(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let case = crate::resident::dispatched(&town, &resident).await;
        let file = town.picture(&town.handler).await;
        case.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02", "files": [file] })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((&seen.json["before"], &seen.json["after"]), (&json!([]), &json!([])));
        let inner = town.desk.get(&format!("/orders/{}", case.id)).await.expect(200).text("/files/0/id");
        let _ = resident.client.get(&resident.path(&format!("/files/{inner}?token={}", resident.token))).await.expect(404);
    }

    async fn what_is_no_picture_is_refused(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor();
        let refused = visitor.upload("/public/files", "a.jpg", b"%PDF-1.7").await.expect(415);
        assert_eq!(refused.text("/detail"), "只接受 JPEG、PNG 或 WebP 照片");
        let _ = visitor.upload("/public/files", "a.png", &PICTURE[..30]).await.expect(422);
        let _ = visitor.upload("/public/files", "a.png", &vec![0; 11 * 1024 * 1024]).await.expect(413);
        let empty = ("multipart/form-data; boundary=x".to_owned(), b"--x--\r\n".to_vec());
        let _ = visitor.request(Method::POST, "/public/files", Some(empty)).await.expect(400);
        let _ = visitor.post("/public/files", Json::Null).await.expect(400);
    }
}
