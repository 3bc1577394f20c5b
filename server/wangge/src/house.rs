//! The rooms in the order of the house: each may use only those before it.

use anyhow::Result;
use platform::Room;

/// Every room of the program.
pub fn rooms() -> Vec<Room> {
    vec![
        platform::room(),
        areas::room(),
        staff::room(),
        catalogue::room(),
        registry::room(),
        orders::room(),
        fusion::room(),
        citizen::room(),
        insight::room(),
        crate::demo::room(),
    ]
}

/// The API's description, as it is checked in.
pub fn description() -> Result<String> {
    let (_, described) = platform::http::api(&rooms())?;
    let mut text = described.to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
