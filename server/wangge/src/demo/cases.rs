//! What is reported: a class by how often it is seen, a place inside a grid, words that fit.

use std::sync::Arc;

use areas::{Area, Directory as Areas, Position};
use catalogue::{Catalogue, Standard};
use orders::{Contact, NewOrder, Source};
use platform::FileId;

use super::draw::Draw;
use super::texts::{BESIDE, NOTES, PLEAS};

/// Classes that make up most of what is reported in a city, by a word of their name, with their weight.
const COMMON: &[(&str, u32)] = &[
    ("井盖", 60),
    ("道路破损", 50),
    ("道路不洁", 70),
    ("暴露生活垃圾", 80),
    ("积存垃圾", 40),
    ("路灯", 45),
    ("非机动车乱停放", 90),
    ("占道经营", 70),
    ("店外经营", 60),
    ("无照经营", 40),
    ("乱堆物堆料", 50),
    ("非法小广告", 45),
    ("垃圾满溢", 45),
    ("施工扰民", 30),
    ("占用消防通道", 40),
    ("共享单车", 35),
    ("绿地脏乱", 25),
    ("道路积水", 15),
    ("雨水箅子", 20),
    ("交通护栏", 15),
];

/// Classes of colder cities, which a subtropical one never sees.
const COLD: &[&str] = &["热力", "供热", "积雪"];

/// Classes that nobody reports: the street asks for them itself.
const ASKED: &[&str] = &["入户核查"];

/// The district's cases, drawn one by one.
pub struct Deck {
    areas: Arc<Areas>,
    grids: Vec<(Area, Position)>,
    /// Standards with the running sum of their weights.
    standards: Vec<(Standard, u32)>,
    places: Vec<areas::Place>,
}

/// One case to come.
pub struct Plan {
    pub new: NewOrder,
    pub standard: Standard,
    pub community: i64,
    pub grid: i64,
}

impl Deck {
    pub fn new(areas: Arc<Areas>, catalogue: &Catalogue) -> Self {
        let grids =
            areas.grids().filter_map(|grid| Some((grid.clone(), areas.label_point(grid.code)?))).collect();
        let mut sum = 0;
        let mut standards = Vec::new();
        for code in catalogue.minor_codes() {
            let name = catalogue.class(&code).map_or("", |class| class.name.zh.as_ref());
            if COLD.iter().chain(ASKED).any(|word| name.contains(word)) {
                continue;
            }
            let weight = COMMON.iter().find(|(word, _)| name.contains(word)).map_or(2, |(_, weight)| *weight);
            for standard in catalogue.standards_of(&code) {
                sum += weight;
                standards.push((standard.clone(), sum));
            }
        }
        let places = ["路", "公园", "广场", "市场", "小区", "站", "学校"]
            .iter()
            .flat_map(|word| areas.search(word))
            .collect();
        Self { areas, grids, standards, places }
    }

    /// The next case; none when the district has no grids or no standards.
    pub fn draw(&self, draw: &mut Draw) -> Option<Plan> {
        let (grid, centre) = draw.of(&self.grids)?;
        let standard = self.standard(draw)?;
        let position = self.near(draw, grid, *centre);
        let source = match draw.between(1, 100) {
            ..=42 => Source::Grid,
            43..=80 => Source::Resident,
            81..=88 => Source::Desk,
            89..=95 => Source::Hotline,
            96 => Source::Leader,
            _ => Source::Import,
        };
        let condition = standard.open_condition.trim_end_matches('。');
        let tail = draw.word(if source == Source::Resident { PLEAS } else { NOTES });
        let contact = (source == Source::Resident && draw.percent(65.0))
            .then(|| Contact { name: None, phone: Some(format!("199{:08}", draw.between(0, 99_999_999))) });
        let new = NewOrder {
            source,
            class: standard.class.clone(),
            position: Some(position),
            area: None,
            address: self.address(draw, grid, position),
            description: format!("{condition}{tail}"),
            urgent: standard.emergency,
            files: Vec::<FileId>::new(),
            contact,
        };
        let code = grid.code.value();
        Some(Plan { new, standard: standard.clone(), community: code / 1000, grid: code })
    }

    fn standard(&self, draw: &mut Draw) -> Option<&Standard> {
        let (_, sum) = self.standards.last()?;
        let at = draw.between(0, i64::from(*sum) - 1) as u32;
        let nth = self.standards.partition_point(|(_, upto)| *upto <= at);
        self.standards.get(nth).map(|(standard, _)| standard)
    }

    /// Some place around the middle of the grid, still inside it.
    fn near(&self, draw: &mut Draw, grid: &Area, centre: Position) -> Position {
        for _ in 0..8 {
            let (east, north) = (draw.share() - 0.5, draw.share() - 0.5);
            let moved = Position::new(centre.lon() + east * 0.006, centre.lat() + north * 0.005);
            if let Ok(moved) = moved
                && self.areas.locate(moved) == Some(grid.code)
            {
                return moved;
            }
        }
        centre
    }

    /// As people say where: beside the nearest named place, else in the community.
    fn address(&self, draw: &mut Draw, grid: &Area, position: Position) -> String {
        const NEAR_METRES: f64 = 900.0;
        let nearest = self
            .places
            .iter()
            .map(|place| (place, place.point.distance_metres(position)))
            .filter(|(_, far)| *far < NEAR_METRES)
            .min_by(|one, other| one.1.total_cmp(&other.1));
        match nearest {
            Some((place, _)) => format!("{}{}", place.name.zh, draw.word(BESIDE)),
            None => {
                let community = self.areas.name(grid.code.value() / 1000);
                format!("{}{}栋{}", community.zh, draw.between(1, 30), draw.word(BESIDE))
            }
        }
    }
}
