//! The kinds of problem that the public page offers: what most people report, in the words that they use.

use catalogue::Catalogue;
use platform::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// How many tiles a page holds.
const TILES: usize = 12;

/// Classes by code, with the name that residents know and an icon of the page.
const COMMON: [(&str, &str, &str, &str); TILES] = [
    ("p0123", "井盖破损、缺失", "Broken or missing manhole cover", "lid"),
    ("e0113", "道路破损", "Damaged road", "road"),
    ("p0137", "路灯不亮", "Street light out", "lamp"),
    ("e0110", "垃圾没有清理", "Waste left lying", "bin"),
    ("e0410", "电动车、自行车乱停", "Badly parked bicycles and scooters", "bike"),
    ("e0406", "占道经营", "Trading on the road", "shop"),
    ("e0506", "道路积水", "Water on the road", "water"),
    ("e0128", "商铺噪音", "Noise from shops", "noise"),
    ("e0301", "施工扰民", "Noise from a building site", "build"),
    ("e0496", "消防通道被占", "Blocked fire lane", "fire"),
    ("p0402", "行道树倒伏、枯死", "Fallen or dead street tree", "tree"),
    ("e0201", "乱贴小广告", "Illegal small advertisements", "sign"),
];

/// A kind of problem to choose.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublicClass {
    /// The code of a case class.
    code: String,
    name: Text,
    /// The name of an icon of the page.
    icon: &'static str,
}

/// The tiles: the common classes that are in force, filled up with others that have a standard.
pub(crate) fn tiles(catalogue: &Catalogue) -> Vec<PublicClass> {
    let in_force = catalogue.minor_codes();
    let common = COMMON
        .iter()
        .filter(|(code, ..)| in_force.contains(*code))
        .map(|(code, zh, en, icon)| PublicClass { code: (*code).to_owned(), name: Text::new(zh, en), icon });
    let others = in_force.iter().filter(|code| {
        !COMMON.iter().any(|(known, ..)| known == code) && !catalogue.standards_of(code).is_empty()
    });
    let others = others.filter_map(|code| {
        let name = catalogue.class(code)?.name.clone();
        Some(PublicClass { code: code.clone(), name, icon: "other" })
    });
    common.chain(others).take(TILES).collect()
}
