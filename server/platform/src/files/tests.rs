use super::*;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wangge-files-{}-{name}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        Self(path)
    }

    fn open(&self) -> Files {
        Files::open(&self.0).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0).unwrap().map(Result::unwrap) {
            match fs::read_dir(entry.path()) {
                Ok(inner) => names.extend(inner.map(|file| file.unwrap().file_name().into_string().unwrap())),
                Err(_) => names.push(entry.file_name().into_string().unwrap()),
            }
        }
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Red on the left, blue on the right.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([220, 30, 30]) } else { Rgb([30, 30, 220]) },
    )
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.clone()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap().to_rgb8()
}

/// An EXIF segment with an orientation, a camera and the latitude 24°21′ N.
fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    let entry = |tiff: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        tiff.extend(tag.to_be_bytes());
        tiff.extend(kind.to_be_bytes());
        tiff.extend(count.to_be_bytes());
        tiff.extend(value);
    };
    tiff.extend(3_u16.to_be_bytes());
    entry(&mut tiff, 0x010F, 2, 4, *b"Cam\0");
    let [high, low] = orientation.to_be_bytes();
    entry(&mut tiff, 0x0112, 3, 1, [high, low, 0, 0]);
    entry(&mut tiff, 0x8825, 4, 1, 50_u32.to_be_bytes());
    tiff.extend([0; 4]);
    tiff.extend(2_u16.to_be_bytes());
    entry(&mut tiff, 1, 2, 2, *b"N\0\0\0");
    entry(&mut tiff, 2, 5, 3, 80_u32.to_be_bytes());
    tiff.extend([0; 4]);
    for part in [24_u32, 1, 21, 1, 0, 1] {
        tiff.extend(part.to_be_bytes());
    }
    let mut segment = vec![0xFF, 0xE1];
    segment.extend((tiff.len() as u16 + 8).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

/// A JPEG as a phone writes it: EXIF first, then a comment.
fn photo(picture: &RgbImage, orientation: u16) -> Vec<u8> {
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 95).encode_image(picture).unwrap();
    let mut bytes = plain[..2].to_vec();
    bytes.extend(exif(orientation));
    bytes.extend(b"\xFF\xFE\0\x10taken by Wang!");
    bytes.extend(&plain[2..]);
    bytes
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let length = (body.len() as u32).to_be_bytes();
    [&length[..], kind, body, &(!crc).to_be_bytes()].concat()
}

#[test]
fn place_camera_and_comment_do_not_pass() {
    let folder = Folder::new("exif");
    let files = folder.open();
    let upload = photo(&flag(64, 32), 1);
    assert!(holds(&upload, b"Exif") && holds(&upload, b"Wang"), "the upload carries what must go");
    let kept = files.keep(&upload).unwrap();
    for size in [Size::Full, Size::Thumb] {
        let bytes = files.read(&kept.sha256, size).unwrap().unwrap();
        for needle in [&b"Exif"[..], b"Cam", b"Wang", b"MM\0\x2a"] {
            assert!(!holds(&bytes, needle), "{size:?} still holds {needle:?}");
        }
        assert!(!holds(&bytes, &[0xFF, 0xE1]) && !holds(&bytes, &[0xFF, 0xFE]));
    }
}

#[test]
fn a_picture_is_turned_upright() {
    let folder = Folder::new("upright");
    let files = folder.open();
    // Orientation 6: the camera was turned; what is stored left belongs on top.
    let kept = files.keep(&photo(&flag(64, 32), 6)).unwrap();
    assert_eq!((kept.width, kept.height), (32, 64));
    let picture = decoded(&files.read(&kept.sha256, Size::Full).unwrap().unwrap());
    assert_eq!(picture.dimensions(), (32, 64));
    let (top, bottom) = (picture.get_pixel(16, 5), picture.get_pixel(16, 58));
    assert!(top.0[0] > 180 && top.0[2] < 80, "red on top: {top:?}");
    assert!(bottom.0[2] > 180 && bottom.0[0] < 80, "blue below: {bottom:?}");
}

#[test]
fn jpeg_png_and_webp_are_kept_as_jpeg() {
    let folder = Folder::new("kinds");
    let files = folder.open();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let kept = files.keep(&encoded(&flag(60, 40), format)).unwrap();
        assert_eq!((kept.width, kept.height, kept.media_type), (60, 40, "image/jpeg"));
        let bytes = files.read(&kept.sha256, Size::Full).unwrap().unwrap();
        assert_eq!(kept.bytes, bytes.len() as u64);
        assert_eq!(kept.sha256, HEXLOWER.encode(&Sha256::digest(&bytes)));
        assert!(decoded(&bytes).get_pixel(5, 5).0[0] > 180, "{format:?}");
    }
}

#[test]
fn a_large_picture_is_made_smaller_and_a_small_one_is_not_made_larger() {
    let folder = Folder::new("sizes");
    let files = folder.open();
    let kept = files.keep(&encoded(&flag(5000, 1000), ImageFormat::Jpeg)).unwrap();
    assert_eq!((kept.width, kept.height), (2048, 410));
    let thumb = decoded(&files.read(&kept.sha256, Size::Thumb).unwrap().unwrap());
    assert_eq!(thumb.dimensions(), (320, 64));
    let small = files.keep(&encoded(&flag(31, 7), ImageFormat::Png)).unwrap();
    let thumb = decoded(&files.read(&small.sha256, Size::Thumb).unwrap().unwrap());
    assert_eq!((small.width, small.height, thumb.dimensions()), (31, 7, (31, 7)));
}

#[test]
fn transparency_becomes_white_paper() {
    let folder = Folder::new("alpha");
    let files = folder.open();
    let clear = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0]));
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(clear).write_to(&mut png, ImageFormat::Png).unwrap();
    let kept = files.keep(png.get_ref()).unwrap();
    let picture = decoded(&files.read(&kept.sha256, Size::Full).unwrap().unwrap());
    assert!(picture.pixels().all(|pixel| pixel.0.iter().all(|channel| *channel > 250)));
}

#[test]
fn the_same_picture_is_kept_once() {
    let folder = Folder::new("once");
    let files = folder.open();
    let upload = photo(&flag(64, 32), 1);
    let first = files.keep(&upload).unwrap();
    let names = folder.files();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(files.keep(&upload).unwrap(), first);
    assert_eq!(folder.open().keep(&upload).unwrap(), first);
    assert_eq!(folder.files(), names);
    assert_ne!(files.keep(&encoded(&flag(65, 32), ImageFormat::Png)).unwrap().sha256, first.sha256);
}

#[test]
fn what_is_no_picture_is_refused_by_its_content() {
    let folder = Folder::new("types");
    let files = folder.open();
    let svg = &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..];
    for (name, upload) in [
        ("nothing", &b""[..]),
        ("gif", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"),
        ("pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
        ("program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF"),
        ("linux program", b"\x7FELF\x02\x01\x01\0"),
        ("bitmap", b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0"),
        ("svg", svg),
        ("web page", b"<!doctype html><script>alert(1)</script>"),
        ("zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ] {
        assert!(matches!(files.keep(upload), Err(FileProblem::WrongType)), "{name}");
    }
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn a_picture_that_ends_too_early_is_broken() {
    let folder = Folder::new("broken");
    let files = folder.open();
    let noisy = RgbImage::from_fn(300, 200, |x, y| Rgb([(x * y) as u8, (x ^ y) as u8, (x * 7 + y) as u8]));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(&noisy, format);
        assert!(files.keep(&whole).is_ok());
        for part in [12, 40, whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10] {
            let result = files.keep(&whole[..part]);
            assert!(matches!(result, Err(FileProblem::Broken(_))), "{format:?} {part}: {result:?}");
        }
    }
    let photo = photo(&noisy, 1);
    for part in [20, 100, photo.len() - 2, photo.len() - 1] {
        assert!(matches!(files.keep(&photo[..part]), Err(FileProblem::Broken(_))), "{part}");
    }
}

#[test]
fn what_a_phone_appends_after_the_picture_is_dropped() {
    let folder = Folder::new("trailer");
    let files = folder.open();
    let photo = photo(&flag(64, 32), 1);
    let with_film = [&photo[..], b"MotionPhoto_Data....ftypmp42"].concat();
    assert_eq!(files.keep(&with_film).unwrap(), files.keep(&photo).unwrap());
}

#[test]
fn a_decompression_bomb_is_refused_before_it_is_opened() {
    let folder = Folder::new("bomb");
    let files = folder.open();
    // None of these holds a single pixel: whoever tried to decode them would call them broken.
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = 50_000_u32.to_be_bytes();
    png.extend(png_chunk(b"IHDR", &[&size[..], &size, &[8, 2, 0, 0, 0]].concat()));
    png.extend(png_chunk(b"IDAT", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]));
    png.extend(png_chunk(b"IEND", b""));
    assert!(png.len() < 100);
    assert!(matches!(files.keep(&png), Err(FileProblem::TooManyPixels)));

    let small = encoded(&flag(16, 16), ImageFormat::Jpeg);
    let frame = small.windows(2).position(|mark| mark == [0xFF, 0xC0]).unwrap();
    let mut jpeg = small.clone();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    let scan = jpeg.windows(2).position(|mark| mark == [0xFF, 0xDA]).unwrap();
    assert!(matches!(files.keep(&jpeg[..scan + 14]), Err(FileProblem::TooManyPixels)));

    let mut webp = b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f".to_vec();
    webp.extend((15_999_u32 | 15_999 << 14).to_le_bytes());
    webp.extend([0; 5]);
    let length = webp.len() as u32 - 8;
    webp[4..8].copy_from_slice(&length.to_le_bytes());
    let result = files.keep(&webp);
    assert!(matches!(result, Err(FileProblem::TooManyPixels)), "{result:?}");
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn more_than_ten_megabytes_are_not_looked_at() {
    let folder = Folder::new("large");
    let files = folder.open();
    let mut upload = photo(&flag(64, 32), 1);
    upload.resize(LARGEST_BYTES, 0);
    assert!(files.keep(&upload).is_ok());
    upload.push(0);
    assert!(matches!(files.keep(&upload), Err(FileProblem::TooLarge)));
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = Folder::new("names");
    let files = folder.open();
    let kept = files.keep(&photo(&flag(64, 32), 1)).unwrap();
    let outside = format!("..{}", "/".repeat(62));
    let loud = kept.sha256.to_uppercase();
    for name in ["", "..", "../../etc/passwd", &outside, &loud, &kept.sha256[..63], &"é".repeat(32)] {
        assert!(files.read(name, Size::Full).unwrap().is_none(), "{name}");
        files.remove(name).unwrap();
    }
    assert!(files.read(&"0".repeat(64), Size::Thumb).unwrap().is_none());
    files.remove(&kept.sha256).unwrap();
    files.remove(&kept.sha256).unwrap();
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn a_folder_that_cannot_be_written_is_found_at_start() {
    let folder = Folder::new("start");
    fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("taken");
    fs::write(&file, b"").unwrap();
    assert!(matches!(Files::open(file.join("below")), Err(FileProblem::Disk(_))));
}
