//! Pictures on their way in.

use axum::http::Method;
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder, codecs::png::PngEncoder};
use platform::files::Size;
use platform::testing::Reply;
use platform::{FileId, PostKind, uploads};
use store::both_engines;

use crate::scene::{HOUR, STREET, house};

const WIDTH: u32 = 12;
const HEIGHT: u32 = 8;

fn pixels() -> Vec<u8> {
    (0..WIDTH * HEIGHT * 3).map(|at| (at * 7 % 251) as u8).collect()
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&pixels(), WIDTH, HEIGHT, ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// A photo that carries where it was taken.
fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).write_image(&pixels(), WIDTH, HEIGHT, ExtendedColorType::Rgb8).unwrap();
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..], b"109.3854 24.3051 SECRET PLACE"].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xff, 0xe1], &length[..], &exif].concat();
    [&bytes[..2], &segment, &bytes[2..]].concat()
}

fn id(reply: &Reply) -> FileId {
    reply.text("/id").parse().unwrap()
}

both_engines! {
    async fn a_photo_is_made_anew_and_says_nothing_of_where_it_was_taken(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let account = desk.caller.as_ref().map(|caller| caller.account);
        for (name, sent) in [("photo.jpg", jpeg()), ("photo.png", png()), ("no-ending", png())] {
            let taken = desk.upload("/files", name, &sent).await.expect(201);
            assert_eq!((taken.text("/media_type"), taken.text("/width"), taken.text("/height")), ("image/jpeg".into(), "12".into(), "8".into()));
            let id = id(&taken);
            let kept = house.app.read(move |r| async move { uploads::find(&r, id, account).await }).await.unwrap().unwrap();
            for size in [Size::Full, Size::Thumb] {
                let bytes = house.app.files().read(&kept.sha256, size).unwrap().unwrap();
                assert!(bytes.starts_with(&[0xff, 0xd8, 0xff]), "a JPEG of ours");
                for never in [&b"Exif"[..], b"SECRET"] {
                    assert!(!bytes.windows(never.len()).any(|part| part == never), "{name} kept its EXIF");
                }
            }
            assert_eq!(house.ledger(STREET).await.last().unwrap(), &format!("file:upload {id}"));
        }
    }

    async fn what_is_no_picture_is_refused_by_its_content(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let before = house.ledger(STREET).await;
        for (what, sent, status, code, detail) in [
            ("a document", b"%PDF-1.7\n%...".to_vec(), 415, "wrong_type", "只接受 JPEG、PNG 或 WebP 照片"),
            ("a moving picture", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), 415, "wrong_type", "只接受 JPEG、PNG 或 WebP 照片"),
            ("a drawing with script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(), 415, "wrong_type", "只接受 JPEG、PNG 或 WebP 照片"),
            ("nothing", Vec::new(), 415, "wrong_type", "只接受 JPEG、PNG 或 WebP 照片"),
            ("half a picture", jpeg()[..120].to_vec(), 422, "invalid", "有内容需要更正，已填内容没有丢失"),
            ("a heavy one", [png(), vec![0; 10 << 20]].concat(), 413, "too_large", "照片超过 10 MB"),
            ("a very heavy one", [png(), vec![0; 11 << 20]].concat(), 413, "too_large", "文件超过允许的大小"),
        ] {
            let refused = desk.upload("/files", "photo.jpg", &sent).await.expect(status);
            assert_eq!((refused.text("/code"), refused.text("/detail")), (code.into(), detail.into()), "{what}");
        }
        assert_eq!(house.ledger(STREET).await, before, "nothing was kept");
        let half = desk.with("accept-language", "en").upload("/files", "photo.png", &png()[..60]).await.expect(422);
        assert_eq!(half.text("/fields/0/detail"), "the picture is damaged and cannot be read");
    }

    async fn a_form_without_a_file_is_refused_with_a_reason(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let other = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--\r\n";
        let reply = desk.request(Method::POST, "/files", Some(("multipart/form-data; boundary=x".into(), other.into()))).await.expect(400);
        assert_eq!(reply.text("/detail"), "表单里没有名为 file 的文件");
        let broken = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf";
        let reply = desk.request(Method::POST, "/files", Some(("multipart/form-data; boundary=x".into(), broken.into()))).await.expect(400);
        assert_eq!(reply.text("/detail"), "上传中断或表单格式有误，请重试");
        let reply = desk.request(Method::POST, "/files", Some(("application/json".into(), b"{}".to_vec()))).await.expect(400);
        assert_eq!(reply.text("/code"), "malformed");
        house.visitor().upload("/files", "photo.png", &png()).await.expect(401);
    }

    async fn a_picture_waits_a_day_for_whoever_sent_it(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let account = desk.caller.as_ref().map(|caller| caller.account);
        let id = id(&desk.upload("/files", "photo.png", &png()).await.expect(201));
        let found = |account| house.app.read(move |r| async move { uploads::find(&r, id, account).await });
        assert!(found(account).await.unwrap().is_some());
        assert!(found(None).await.unwrap().is_none() && found(account.map(|id| id + 1)).await.unwrap().is_none());
        house.pass(24 * HOUR);
        assert_eq!(house.app.sweep_uploads().await.unwrap(), 0);
        house.pass(1);
        assert_eq!(house.app.sweep_uploads().await.unwrap(), 1);
        assert!(found(account).await.unwrap().is_none());
    }
}
