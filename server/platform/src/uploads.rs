//! Pictures on their way: uploaded first, attached by the change that cites them, swept when nobody did.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{sql, table, vals};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::door::{Read, Write};
use crate::error::{Error, Text};
use crate::extract::Json;
use crate::files::{FileProblem, Kept};
use crate::ids::wire_id;

/// The largest picture taken.
pub const PICTURE_BYTES: usize = 10 * 1024 * 1024;
/// How long an upload waits to be attached.
pub const WAITS_MS: i64 = 24 * 3_600_000;

wire_id!(
    /// A picture on the wire.
    FileId, "fil"
);

table! {
    /// A picture that is kept and not yet cited.
    pub struct Upload in "uploads" key 2 {
        pub street_id: i64,
        pub id: i64,
        /// Who sent it; nobody for a resident without an account.
        pub account_id: Option<i64>,
        pub sha256: String,
        pub media_type: String,
        pub width: i64,
        pub height: i64,
        pub bytes: i64,
        pub at: Millis,
    }
}

sql! {
    ATTACHED = "DELETE FROM uploads WHERE street_id = $1 AND id = $2
        RETURNING street_id, id, account_id, sha256, media_type, width, height, bytes, at";
    FORGET city = "DELETE FROM uploads WHERE at < $1";
}

/// A picture on the wire.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FileOut {
    pub id: FileId,
    pub media_type: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    pub bytes: i64,
}

impl From<&Upload> for FileOut {
    fn from(upload: &Upload) -> Self {
        Self {
            id: FileId::new(upload.street_id, upload.id),
            media_type: upload.media_type.clone(),
            width: upload.width,
            height: upload.height,
            bytes: upload.bytes,
        }
    }
}

/// The upload with this id, for whoever sent it.
///
/// # Errors
/// What the store answers.
pub async fn find(r: &Read, id: FileId, account: Option<i64>) -> Result<Option<Upload>, Error> {
    let upload: Option<Upload> = r.find(&vals![id.street, id.id]).await?;
    Ok(upload.filter(|upload| upload.account_id == account))
}

/// Takes an upload out of the waiting room, for the row that cites it from now on.
///
/// # Errors
/// [`Error::Invalid`] when there is none, it is somebody else's, or it was attached before.
pub async fn take(w: &Write, id: FileId, account: Option<i64>) -> Result<Upload, Error> {
    // What is somebody else's comes back with the refused write.
    let upload: Option<Upload> = w.opt(&ATTACHED, &vals![id.street, id.id]).await?;
    upload.filter(|upload| upload.account_id == account).ok_or_else(|| {
        let text = Text::new("照片已失效，请重新上传", "this picture is no longer waiting; upload it again");
        Error::field("files", text)
    })
}

/// Keeps a picture for whoever sends `call`, in `street` (0 while it is not known).
///
/// # Errors
/// [`Error::WrongType`], [`Error::TooLarge`] or [`Error::Invalid`] when it is no picture that we take.
pub async fn keep(app: &App, call: &Call, street: i64, bytes: Vec<u8>) -> Result<FileOut, Error> {
    let kept: Kept = app.heavy(move |app| app.files().keep(&bytes)).await??;
    let account = call.account().ok();
    let log = if street == 0 { app.district() } else { street };
    let asked = kept.sha256.clone();
    app.once(call, log, &asked, move |w| async move {
        let upload = Upload {
            street_id: street,
            id: w.id(),
            account_id: account,
            sha256: kept.sha256,
            media_type: kept.media_type.to_owned(),
            width: i64::from(kept.width),
            height: i64::from(kept.height),
            bytes: i64::try_from(kept.bytes).map_err(Error::internal)?,
            at: w.now(),
        };
        w.insert(&upload).await?;
        let out = FileOut::from(&upload);
        w.record("file:upload", out.id, serde_json::json!({ "sha256": upload.sha256 }));
        Ok(out)
    })
    .await
}

/// The one picture of a multipart body, under the name `file`.
///
/// # Errors
/// [`Error::Malformed`] without one, [`Error::TooLarge`] beyond the limit.
pub async fn picture_of(mut form: Multipart) -> Result<Vec<u8>, Error> {
    while let Some(field) = form.next_field().await.map_err(broken_form)? {
        if field.name() == Some("file") {
            return Ok(field.bytes().await.map_err(broken_form)?.to_vec());
        }
    }
    Err(Error::malformed(Text::new(
        "表单里没有名为 file 的文件",
        "the form has no file under the name `file`",
    )))
}

/// A multipart body that cannot be read.
pub fn broken_form(error: axum::extract::multipart::MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Error::TooLarge(Text::new("文件超过允许的大小", "the file is larger than allowed"))
        }
        _ => Error::malformed(Text::new(
            "上传中断或表单格式有误，请重试",
            "the upload broke off or is not a form; try again",
        )),
    }
}

impl From<FileProblem> for Error {
    fn from(problem: FileProblem) -> Self {
        match problem {
            FileProblem::TooLarge => {
                Self::TooLarge(Text::new("照片超过 10 MB", "the picture is larger than 10 MB"))
            }
            FileProblem::TooManyPixels => {
                Self::TooLarge(Text::new("照片像素过多", "the picture has too many pixels"))
            }
            FileProblem::WrongType => Self::WrongType(Text::new(
                "只接受 JPEG、PNG 或 WebP 照片",
                "only JPEG, PNG or WebP pictures are taken",
            )),
            FileProblem::Broken(_) => Self::field(
                "file",
                Text::new("照片已损坏，无法读取", "the picture is damaged and cannot be read"),
            ),
            FileProblem::Disk(reason) => Self::internal(reason),
        }
    }
}

/// Uploads a picture.
#[utoipa::path(post, path = "/files", tag = "files",
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: JPEG, PNG or WebP, 10 MB"),
    responses((status = 201, body = FileOut)))]
pub(crate) async fn upload(
    State(app): State<App>,
    call: Call,
    form: Multipart,
) -> Result<(StatusCode, Json<FileOut>), Error> {
    let street = call.caller()?.post.street();
    let out = keep(&app, &call, street, picture_of(form).await?).await?;
    Ok((StatusCode::CREATED, Json(out)))
}

/// Bodies with one picture and the wrapping around it.
pub fn picture_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(PICTURE_BYTES + 64 * 1024)
}

impl App {
    /// Drops uploads that nobody attached; the pictures themselves go with the next sweep of files.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn sweep_uploads(&self) -> Result<u64, Error> {
        let before = self.clock().now().plus(-WAITS_MS);
        Ok(self.store().write(move |tx| async move { tx.exec(&FORGET, &vals![before]).await }).await?)
    }
}
