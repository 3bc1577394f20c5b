//! Closed orders in bulk, to measure how a district bears a million of them: rows and their rollup as the verbs leave them,
//! without the verbs. Only a demo is filled so: its ledger knows nothing of these rows.

use anyhow::{Context, Result, bail};
use clap::Args;
use orders::{Order, Source, State};
use platform::{Chance, Clock, Config, Error, assemble, number};

use crate::house;

/// Rows that share one transaction.
const TOGETHER: i64 = 5_000;

/// Adds closed orders in bulk.
#[derive(Args)]
pub struct Fill {
    /// How many.
    #[arg(long)]
    orders: i64,
}

/// # Errors
/// When the district is not a filled demo.
pub async fn run(config: Config, fill: Fill) -> Result<()> {
    if !config.data.dir.join("demo.json").exists() {
        bail!("`{}` is not a demo; only a demo is filled in bulk", config.data.dir.display());
    }
    let app = assemble(config, Clock::Machine, Chance::machine(), &house::rooms()).await?;
    let books = orders::books(&app).await?;
    let flow = books.flow_at(app.clock().now())?.flow().clone();
    let grids: Vec<(i64, f64, f64)> = books
        .areas
        .grids()
        .filter_map(|grid| {
            books.areas.label_point(grid.code).map(|point| (grid.code.value(), point.lon(), point.lat()))
        })
        .collect();
    let classes: Vec<String> = books.catalogue.minor_codes().into_iter().collect();
    let units: Vec<i64> = books.staff.departments().map(|unit| unit.id).collect();
    // A year of them, up to yesterday; ids stay in the order of time.
    const SPAN_MS: i64 = 365 * 86_400_000;
    let start = app.clock().now().plus(-SPAN_MS - 86_400_000);
    let ids = platform::ids::Ids::new(30);
    for first in (0..fill.orders).step_by(usize::try_from(TOGETHER)?) {
        let mut rows = Vec::new();
        for nth in first..(first + TOGETHER).min(fill.orders) {
            let at = |list: usize| usize::try_from(nth).map(|nth| nth % list.max(1));
            let (grid, lon, lat) = grids.get(at(grids.len())?).copied().context("the demo has no grids")?;
            let class = classes.get(at(classes.len())?).cloned().context("the demo has no classes")?;
            let reported = start.plus(SPAN_MS / fill.orders.max(1) * nth);
            let number = number::order_number(grid / 1_000_000, reported.beijing_date(), 50_000 + nth);
            let closed = reported.plus(20 * 3_600_000);
            rows.push(Order {
                street_id: grid / 1_000_000,
                id: ids.next(reported),
                version: 7,
                words: format!("{} 测量用地址 测量用案件", number.to_lowercase()),
                number,
                state: State::Closed,
                source: Source::Grid,
                class,
                area: grid,
                lon: Some(lon),
                lat: Some(lat),
                address: "测量用地址".into(),
                description: "测量用案件".into(),
                urgent: false,
                photos: 0,
                has_contact: false,
                flow: flow.id.clone(),
                flow_version: i64::from(flow.version),
                standard_id: None,
                organisation_id: units.get(at(units.len())?).copied(),
                handled_by: None,
                reported_at: reported,
                reported_by: None,
                returned_at: None,
                ended_at: Some(closed),
                clock: None,
                due_at: None,
                soon_at: None,
                counts_working_time: false,
                queue_at: closed,
                stars: None,
                rating_comment: None,
                rated_at: None,
                duty_code: None,
                designated: false,
                joined_into: None,
                supervised: false,
                exempt: false,
                parked_until: None,
                helpers_open: 0,
                clock_notes: 0,
                attendances: 0,
            });
        }
        let done = app.store().write(move |tx| async move {
            orders::count_laid_in(&tx, &rows);
            tx.bulk(&rows).await
        });
        done.await.map_err(Error::from)?;
    }
    println!("{} orders added", fill.orders);
    Ok(())
}
