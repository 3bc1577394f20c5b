//! Files that must do no harm: each is refused with its reason and leaves nothing but the ledger's entry that it was.

use std::io::{Cursor, Read, Write};
use std::net::TcpListener;

use platform::testing::Reply;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::json;
use store::both_engines;

use crate::crowd::{self, HEADING, broken_off, city, contract, counts, lying, run, sent, stock, told};
use crate::pairs::{Town, town_that_sends_to};

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, heading) in HEADING.trim().split(',').enumerate() {
        sheet.write(0, at as u16, heading).unwrap();
    }
    fill(sheet);
    book.save_to_buffer().unwrap()
}

fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..64 {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Sends a file that is refused; nothing of it stays.
async fn refused(town: &Town, name: &str, bytes: &[u8], status: u16, fault: &str) -> Reply {
    let before = told(town).await.len();
    let reply = town.keeper.upload("/batches?source=register", name, bytes).await.expect(status);
    assert!(lying(town).is_empty(), "{name} left a file");
    let told = told(town).await;
    assert_eq!(told.len(), before + 1);
    assert_eq!(told.last().unwrap(), "batch:refuse register");
    assert!(!reply.transcript().is_empty() && !fault.is_empty());
    let said = format!("{}{}", reply.json["detail"], reply.json["fields"]);
    assert!(said.contains(fault), "{name}: {}", reply.transcript());
    reply
}

both_engines! {
    async fn what_is_no_table_is_refused_and_leaves_no_trace(fresh) {
        let town = city(fresh).await;
        refused(&town, "bomb.xlsx", &bomb(), 413, "解压后异常巨大").await;
        refused(&town, "page.csv", b"<!DOCTYPE html><html><body>login</body></html>", 422, "网页").await;
        refused(&town, "empty.csv", b"", 422, "没有内容").await;
        refused(&town, "heading.csv", HEADING.as_bytes(), 422, "没有数据行").await;
        refused(&town, "noise.csv", &[0xff_u8; 3000], 422, "编码").await;
        refused(&town, "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "旧版").await;
        refused(&town, "wide.csv", "a,".repeat(1_000_000).as_bytes(), 422, "列数").await;
        refused(&town, "twice.csv", "编号,姓名,姓名\n1,a,b\n".as_bytes(), 422, "出现了两次").await;
        let formula = workbook(|sheet| { sheet.write_formula(4, 1, "=A1").unwrap(); });
        refused(&town, "formula.xlsx", &formula, 422, "B5 是公式").await;
        let merged = workbook(|sheet| { sheet.merge_range(1, 6, 3, 6, "同一住址", &Format::new()).unwrap(); });
        refused(&town, "merged.xlsx", &merged, 422, "G2:G4 已合并").await;
        let whole = workbook(|sheet| { sheet.write(1, 0, "a").unwrap(); });
        refused(&town, "half.xlsx", &whole[..whole.len() * 2 / 3], 422, "工作簿无法读取").await;
        let _ = broken_off(&town.keeper, "/batches?source=register").await.expect(400);
        assert!(lying(&town).is_empty());
        assert_eq!(town.keeper.get("/batches").await.expect(200).json["items"], json!([]));
    }

    async fn a_file_in_gbk_or_from_a_workbook_is_the_same_file(fresh) {
        let town = city(fresh).await;
        let row = "a,韦子涵,女,450204199001010018,1990-01-01,13800005678,银山街道第三社区金鹅花园3栋2单元501室,2026-01-01";
        let (gbk, _, _) = encoding_rs::GBK.encode(HEADING);
        let (line, _, _) = encoding_rs::GBK.encode(row);
        let bytes = [&gbk[..], &line[..], b"\r\n"].concat();
        let id = sent(&town.keeper, "register", "gbk.csv", &bytes).await.text("/id");
        assert_eq!(counts(&run(&town, &id).await)["opened"], 1);
        let before = stock(&town).await;
        let book = workbook(|sheet| {
            for (at, cell) in row.split(',').enumerate() {
                sheet.write(1, at as u16, cell).unwrap();
            }
        });
        let id = sent(&town.keeper, "register", "people.xlsx", &book).await.text("/id");
        assert_eq!(counts(&run(&town, &id).await)["unchanged"], 1);
        assert_eq!(stock(&town).await, before);
    }

    async fn rows_that_cannot_be_taken_do_not_stop_the_rest(fresh) {
        let town = city(fresh).await;
        let good = "韦子涵,女,,1990-01-01,,银山街道第三社区金鹅花园3栋501,";
        let text = format!("{HEADING}a,{good}\na,{good}\n,{good}\nb,=1+1,女,,,,,\nc,{}\nd,韦", good.replace("韦子涵", "李伟").replace("1990", "1961"));
        let id = sent(&town.keeper, "register", "rows.csv", text.as_bytes()).await.text("/id");
        let seen = run(&town, &id).await;
        let of = counts(&seen);
        assert_eq!((of["opened"], of["rejected"], of["total"]), (2, 4, 6), "{of:?}");
        let keeper = town.keeper.clone().with("wangge-purpose", "check").with("accept-language", "en");
        let file = keeper.get(&format!("/batches/{id}/rejects.csv")).await.expect(200);
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("b,'=1+1,") && text.contains("the number stands in the file twice"), "{text}");
        assert!(text.contains("d,韦,") && text.contains("cut off"), "{text}");
    }

    async fn a_file_lies_sealed_and_is_gone_when_the_batch_has_ended(fresh) {
        let town = city(fresh).await;
        let text = format!("{HEADING}a,韦子涵,女,450204199001010018,1990-01-01,,银山街道第三社区金鹅花园3栋501,\n");
        let id = sent(&town.keeper, "register", "a.csv", text.as_bytes()).await.text("/id");
        let files = lying(&town);
        assert_eq!(files.len(), 1);
        let bytes = std::fs::read_to_string(&files[0]).unwrap();
        assert!(bytes.starts_with("v1.aes-256-gcm.") && !bytes.contains("450204") && !bytes.contains('韦'));
        run(&town, &id).await;
        crowd::nothing_lies(&town).await;
    }

    async fn a_source_is_asked_over_http_and_not_waited_for_without_end(fresh) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || answers(&listener));
        let town = town_that_sends_to(fresh, &host).await;
        for (nth, (key, path)) in [("good", "people.csv"), ("page", "page"), ("slow", "slow"), ("half", "half"), ("gone", "gone")].into_iter().enumerate() {
            let mut new = contract(key, nth as i64 + 1);
            new["pull_url"] = json!(format!("http://{host}/{path}"));
            let _ = town.keeper.post("/sources", new).await.expect(201);
        }
        let listed = town.keeper.get("/sources").await.expect(200);
        let place = |key: &str| {
            let rows = listed.json["items"].as_array().unwrap();
            format!("/sources/{}/pull", rows.iter().find(|row| row["key"] == key).unwrap()["id"].as_str().unwrap())
        };
        let pulled = town.keeper.post(&place("good"), json!(null)).await.expect(201);
        assert_eq!((pulled.text("/name"), pulled.text("/total")), ("people.csv".into(), "1".into()));
        let kept = lying(&town).len();
        for (key, said) in [("page", "网页"), ("slow", "没有发完"), ("half", "不完整"), ("gone", "404")] {
            let reply = town.keeper.post(&place(key), json!(null)).await.expect(422);
            assert!(reply.json["fields"].to_string().contains(said), "{key}: {}", reply.transcript());
            assert_eq!(lying(&town).len(), kept, "{key} left a file");
            assert_eq!(told(&town).await.last().unwrap(), &format!("batch:refuse {key}"));
        }
        assert_eq!(crowd::told(&town).await.len(), 5);
    }
}

/// A source that answers in every way that a source can.
fn answers(listener: &TcpListener) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        std::thread::spawn(move || {
            let mut asked = [0; 2048];
            let read = stream.read(&mut asked).unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
            let people = format!("{HEADING}a,韦子涵,女,,1990-01-01,,银山街道第三社区金鹅花园3栋501,\n");
            let head = |kind: &str, length: usize| {
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                )
            };
            let answer = if asked.contains("/people.csv") {
                head("text/csv", people.len()) + &people
            } else if asked.contains("/page") {
                let page = "<html><body>请登录</body></html>";
                head("text/html", page.len()) + page
            } else if ["/half", "/slow"].iter().any(|part| asked.contains(part)) {
                head("text/csv", people.len() * 2) + &people
            } else {
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
            };
            let _ = stream.write_all(answer.as_bytes());
            if asked.contains("/slow") {
                // Says nothing more, and does not hang up either: whoever asked has to.
                let _ = stream.read(&mut [0; 16]);
            }
        });
    }
}
