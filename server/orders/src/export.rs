//! A list of orders as a workbook: the same rows as on the screen, without whom to call.

use paper::{Cell, Workbook};
use platform::{Error, Lang, Scope, Text};
use tokio::sync::mpsc::Receiver;

use crate::order::Order;
use crate::present::Presenter;
use crate::slip::source_name;
use crate::words::Light;

/// The heads of the columns, in the order of [`cells`].
const HEADS: [Text; 20] = [
    Text::new("受理编号", "Number"),
    Text::new("状态", "State"),
    Text::new("灯", "Light"),
    Text::new("紧急", "Urgent"),
    Text::new("来源", "Source"),
    Text::new("类别编码", "Class code"),
    Text::new("类别", "Class"),
    Text::new("问题描述", "Description"),
    Text::new("地点", "Place"),
    Text::new("区划编码", "Area code"),
    Text::new("社区／网格", "Community or grid"),
    Text::new("经度", "Longitude"),
    Text::new("纬度", "Latitude"),
    Text::new("承办单位", "Unit"),
    Text::new("上报时间", "Reported"),
    Text::new("时限", "Due"),
    Text::new("办结时间", "Ended"),
    Text::new("照片", "Photos"),
    Text::new("评价", "Stars"),
    Text::new("评价内容", "Remark"),
];

fn cells(with: &Presenter, lang: Lang, order: Order) -> Result<Vec<Cell>, Error> {
    let state = with.state_name(&order)?.in_lang(lang).to_owned();
    let description = order.description.clone();
    let (ended, remark) = (order.ended_at, order.rating_comment.clone().unwrap_or_default());
    let degrees = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
    let (lon, lat) = (degrees(order.lon), degrees(order.lat));
    let row = with.row(order);
    let light = match row.light {
        Light::None => Text::new("", ""),
        Light::Normal => Text::new("● 正常", "● in time"),
        Light::Soon => Text::new("▲ 将到期", "▲ soon"),
        Light::Late => Text::new("■ 超期", "■ late"),
        Light::Paused => Text::new("‖ 暂停", "‖ paused"),
    };
    let unit = row.organisation.map(|unit| unit.name.in_lang(lang).to_owned());
    let urgent = if row.urgent { Text::new("紧急", "urgent") } else { Text::new("", "") };
    Ok(vec![
        Cell::text(row.number),
        Cell::text(state),
        Cell::text(light.in_lang(lang)),
        Cell::text(urgent.in_lang(lang)),
        Cell::text(source_name(row.source).in_lang(lang)),
        Cell::text(row.class.code),
        Cell::text(row.class.name.in_lang(lang)),
        Cell::text(description),
        Cell::text(row.address),
        Cell::text(row.area),
        Cell::text(row.area_name.in_lang(lang)),
        lon,
        lat,
        Cell::text(unit.unwrap_or_default()),
        Cell::Moment(row.reported_at),
        row.due_at.into(),
        ended.into(),
        Cell::Whole(row.photos),
        row.stars.map_or(Cell::Empty, Cell::Whole),
        Cell::text(remark),
    ])
}

/// Writes the rows of a scope as they come, on a thread that may wait for them; the file and how many rows it holds.
///
/// # Errors
/// [`Error::Internal`] when the disk is full.
pub(crate) fn written(
    with: &Presenter,
    scope: &Scope,
    lang: Lang,
    mut rows: Receiver<Vec<Order>>,
) -> Result<(Vec<u8>, i64), Error> {
    let heads = HEADS.iter().map(|head| head.in_lang(lang).to_owned()).collect();
    let name = Text::new("工单", "Orders");
    let mut book = Workbook::new(name.in_lang(lang), heads, with.now)?;
    let mut count = 0;
    while let Some(chunk) = rows.blocking_recv() {
        for order in chunk.into_iter().filter(|order| scope.covers(&order.thing())) {
            book.push(&cells(with, lang, order)?)?;
            count += 1;
        }
    }
    Ok((book.finish()?, count))
}
