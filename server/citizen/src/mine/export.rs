//! The copy that residents take home (个人信息保护法 art. 45): everything that is known, who looked, what was asked.

use platform::{App, Error, Millis, Text};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::asks::{self, MineCorrection};
use super::card::{self, Mine};
use super::looks::{self, MineLook, MinePurpose, purposes};
use super::me::Me;

/// A whole copy.
#[derive(Serialize, ToSchema)]
pub(super) struct MineCopy {
    /// The form of this file.
    form: String,
    pub made_at: Millis,
    pub mine: Mine,
    /// Who looked, the newest first.
    pub looks: Vec<MineLook>,
    /// Looks that the law hides for a time, once there are at least three.
    pub delayed: Option<usize>,
    pub corrections: Vec<MineCorrection>,
    /// What each purpose means, and the law that allows it.
    pub purposes: Vec<MinePurpose>,
    pub how_to_check: Text,
}

/// How a look in the copy is checked.
fn how_to_check() -> Text {
    Text::new(
        "每条查询记录都可在“谁查看过”页面保存证明文件，用 wangge ledger verify-proof 文件名 在任何电脑上离线核验。",
        "The proof of each look can be saved on the page \"who looked\"; `wangge ledger verify-proof FILE` checks it offline \
         on any computer.",
    )
}

/// Makes the copy and writes down that it was taken.
///
/// # Errors
/// What the store and the vault answer.
pub(super) async fn copy(app: &App, me: &Me, form: &'static str) -> Result<MineCopy, Error> {
    let mine = card::mine(app, me).await?;
    let told = looks::all(app, me).await?;
    let corrections = asks::all(app, me).await?;
    let subject = mine.ledger_name.clone();
    let taken = app.write(&me.call, me.resident.street_id, move |w| async move {
        w.record("access:export", subject, json!({ "form": form }));
        Ok(())
    });
    taken.await?;
    Ok(MineCopy {
        form: "wangge-my-data/1".to_owned(),
        made_at: app.clock().now(),
        mine,
        looks: told.looks,
        delayed: told.delayed,
        corrections,
        purposes: purposes(),
        how_to_check: how_to_check(),
    })
}
