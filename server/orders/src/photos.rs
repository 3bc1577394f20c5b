//! Pictures that a slow line brings after the words of a report.

use platform::{Error, FileId, Text, Write};
use serde_json::json;
use store::{sql, vals};

use crate::order::Order;
use crate::step::Step;
use crate::take_step::attach;
use crate::wire::OrderEvent;
use crate::words::{Act, Role};

/// The most pictures of a report without an account, those that come later included.
pub const REPORT_PHOTOS: usize = 6;

sql! {
    OPENING: Step = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 1";
    /// The version stays: what others decide does not depend on how many pictures there are.
    COUNT_PHOTOS = "UPDATE orders SET photos = photos + $3
        WHERE street_id = $1 AND id = $2 AND ended_at IS NULL AND photos + $3 <= $4";
}

/// Adds uploaded pictures to a report that is still open. The caller has checked that the resident may.
///
/// # Errors
/// [`Error::Invalid`] for none, too many, or one that is gone; [`Error::Conflict`] once the order has ended.
pub async fn add_photos(w: &Write, order: &Order, files: &[FileId]) -> Result<(), Error> {
    let too_many = || {
        Error::field(
            "files",
            Text::new("照片须为 1 至 6 张，含已上传的", "one to six pictures, earlier ones included"),
        )
    };
    if files.is_empty() || files.len() > REPORT_PHOTOS {
        return Err(too_many());
    }
    if order.state.is_ended() {
        return Err(Error::conflict(Text::new(
            "已经办结，不再接收照片",
            "it has ended and takes no more pictures",
        )));
    }
    let opening: Step = w.one(&OPENING, &vals![order.street_id, order.id]).await?;
    let more = i64::try_from(files.len()).map_err(Error::internal)?;
    let most = i64::try_from(REPORT_PHOTOS).map_err(Error::internal)?;
    if w.exec(&COUNT_PHOTOS, &vals![order.street_id, order.id, more, most]).await? == 0 {
        return Err(too_many());
    }
    attach(w, &Step { at: w.now(), ..opening }, files, Role::Before).await?;
    w.record("order:photos", order.wire_id(), json!({ "files": more }));
    let event = OrderEvent {
        id: order.wire_id(),
        number: order.number.clone(),
        action: Act::Report,
        state: order.state,
        area: order.area.to_string(),
        version: order.version,
    };
    w.announce("order", order.wire_id(), order.area, &event);
    Ok(())
}
