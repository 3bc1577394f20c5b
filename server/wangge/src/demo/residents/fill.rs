//! The register is filled as any other: the survey of buildings, then the files of three sources through fusion.

use std::io::Cursor;
use std::sync::Arc;

use anyhow::Result;
use areas::Directory;
use platform::{App, Call, Millis};
use registry::Dwelling;

use super::super::day::HOUR;
use super::super::draw::Draw;
use super::shops::{self, Shop};
use super::slips::Slips;
use super::survey;
use super::{District, SOURCES, district};

/// One shop for so many residents.
const RESIDENTS_TO_A_SHOP: usize = 400;

/// What the register was filled from.
pub struct Filled {
    pub district: Arc<District>,
    /// As they were entered, in the order of the district's own.
    pub dwellings: Vec<Dwelling>,
    pub shops: Vec<Shop>,
}

/// Draws so many residents and lets three sources tell of them on the first day, hour after hour.
///
/// # Errors
/// What the verbs answer.
pub async fn fill(app: &App, count: usize, start: Millis) -> Result<Filled> {
    let areas = app.snapshot::<Directory>().await?;
    let today = start.beijing_date();
    let (district, shops) = app
        .heavy(move |_| {
            let district = district(&areas, count, today);
            let shops = shops::open(&district, count / RESIDENTS_TO_A_SHOP, &mut Draw::new(92));
            (Arc::new(district), shops)
        })
        .await?;
    println!(
        "  {} dwellings in {} estates …",
        district.estates.dwellings.len(),
        district.estates.estates.len()
    );
    let taken: Vec<usize> = shops.iter().map(|shop| shop.dwelling).collect();
    let dwellings = survey::enter(app, &district, &taken).await?;
    let call = Call::program("demo");
    app.write(&call, app.district(), |w| async move { fusion::seed_sources(&w).await }).await?;
    let slips = Arc::new(app.heavy(|_| Slips::new()).await?);
    for (nth, habits) in SOURCES.into_iter().enumerate() {
        app.clock().set(start.plus((9 + 3 * nth as i64) * HOUR));
        let (of, slips) = (district.clone(), slips.clone());
        let extract = app.heavy(move |_| of.extract(&slips, habits, nth)).await?;
        println!("  fusing {} records of the source `{}` …", extract.rows, extract.source);
        let name = format!("{}-{today}.csv", extract.source);
        let begun = platform::Stopwatch::start();
        fusion::take_batch(app, &call, extract.source, &name, Cursor::new(extract.bytes)).await?;
        println!("  fused in {:.1} s", begun.elapsed().as_secs_f64());
    }
    Ok(Filled { district, dwellings, shops })
}
