//! The check at the door: an order for the grid that names the door and nobody.

use areas::AreaCode;
use orders::{Books, Draft, NewOrder, Source, draft};
use platform::{App, Call, Error, Write};
use store::{Tx, sql, vals};

use super::ReviewPair;
use super::sides::now_is;

/// The class of checks of data.
pub(crate) const DATA_CHECK: &str = "e0697";

sql! {
    /// Where somebody lives as far as is believed, homes before anything else.
    DOORS = "SELECT d.address FROM residences s JOIN dwellings d ON d.street_id = s.street_id AND d.id = s.dwelling_id
        WHERE s.street_id = $1 AND s.resident_id = $2 AND s.known_to IS NULL AND s.valid_to > $3
        ORDER BY CASE WHEN s.kind = 'living' THEN 0 ELSE 1 END, s.id LIMIT 1";
}

/// The same change as the program: orders are reported and called off on the decision's behalf, which the ledger names.
pub(super) fn program(w: &Write) -> Write {
    w.standing_in(Call::program("fusion"), w.street(), w.now())
}

/// The door that a pair is about.
pub(super) async fn door(tx: &Tx, pair: &ReviewPair, today: &str) -> Result<Option<String>, Error> {
    for id in [pair.other_id, pair.own_id] {
        let resident = now_is(tx, pair.street_id, id).await?;
        let found: Option<(String,)> = tx.opt(&DOORS, &vals![pair.street_id, resident.id, today]).await?;
        if let Some((address,)) = found {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

/// Drafts the order, before the transaction.
///
/// # Errors
/// As [`orders::draft`].
pub(super) fn check(
    app: &App,
    books: &Books,
    pair: &ReviewPair,
    door: Option<String>,
) -> Result<Draft, Error> {
    let area = AreaCode::try_from(pair.area).map_err(Error::internal)?;
    let place = door.unwrap_or_else(|| books.areas.name(pair.area).zh.into_owned());
    let new = NewOrder {
        source: Source::Grid,
        class: DATA_CHECK.to_owned(),
        position: None,
        area: Some(area),
        description: format!(
            "数据核查：请到{place}核实实际居住人员，并更正登记信息。审核编号 {}。依据《政务数据共享条例》第二十六条。",
            pair.wire_id()
        ),
        address: place,
        urgent: false,
        files: Vec::new(),
        contact: None,
    };
    draft(app, books, &Call::program("fusion"), app.clock().now(), new)
}
