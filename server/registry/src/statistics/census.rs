//! Who lived where, without names: what statistics are counted from, kept in memory for some minutes.

use std::collections::BTreeMap;
use std::sync::Arc;

use platform::{App, Error, Millis, Snapshot};

use super::load;
use crate::words::{Sex, Usage};

/// How old a census may be.
const FRESH_MS: i64 = 600_000;
/// Years in a band, and how many bands there are; the last is open.
pub const BAND: i64 = 5;
pub const BANDS: usize = 20;

/// A day as a number, such as 20261130.
pub type Day = i64;
/// The day of what has no end.
pub const NEVER: Day = 99_991_231;

/// A resident, as far as statistics need one.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Where they are entered; where they live counts first.
    pub area: i64,
    pub sex: Sex,
    /// 0 where it is not known.
    pub born: Day,
    pub since: Day,
    /// The first day on which they are no longer in the register.
    pub until: Day,
    /// Their first stay among [`Census::stays`], and the first of the next resident.
    pub stays: (u32, u32),
}

/// That somebody lived in a dwelling.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// The number of the dwelling among [`Census::homes`].
    pub home: u32,
    pub from: Day,
    pub to: Day,
}

/// A dwelling.
#[derive(Clone, Copy, Debug)]
pub struct Home {
    pub area: i64,
    pub usage: Usage,
    pub closed: Day,
}

/// A unit.
#[derive(Clone, Copy, Debug)]
pub struct Trader {
    pub area: i64,
    pub opened: Day,
    pub closed: Day,
}

/// Everything that statistics are counted from.
#[derive(Clone, Debug, Default)]
pub struct Census {
    pub taken_at: Millis,
    pub people: Vec<Counted>,
    pub stays: Vec<Stay>,
    pub homes: Vec<Home>,
    pub traders: Vec<Trader>,
}

impl Snapshot for Census {
    const NAME: &'static str = "registry.census";
    async fn load(r: platform::Read) -> Result<Self, Error> {
        load::census(&r).await
    }
}

impl Census {
    /// The census of these minutes.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(app: &App) -> Result<Arc<Self>, Error> {
        let known = app.snapshot::<Self>().await?;
        let age = app.clock().now().0 - known.taken_at.0;
        if (0..FRESH_MS).contains(&age) {
            return Ok(known);
        }
        app.forget::<Self>();
        app.snapshot::<Self>().await
    }

    /// Counts an area on a day.
    pub fn count(&self, area: i64, on: Day) -> Tally {
        let mut tally = Tally::default();
        let mut lived_in = vec![false; self.homes.len()];
        for person in &self.people {
            let Some(whereabouts) = self.whereabouts(person, on).filter(|at| lies_in(at.area, area)) else {
                continue;
            };
            tally.add(person, on);
            if let Some(lived_in) = whereabouts.home.and_then(|home| lived_in.get_mut(home as usize)) {
                *lived_in = true;
            }
        }
        tally.households = lived_in.iter().filter(|lived_in| **lived_in).count() as i64;
        for home in self.homes.iter().filter(|home| on < home.closed && lies_in(home.area, area)) {
            *tally.usages.entry(home.usage).or_default() += 1;
        }
        let open = |unit: &&Trader| unit.opened <= on && on < unit.closed && lies_in(unit.area, area);
        tally.units = self.traders.iter().filter(open).count() as i64;
        tally
    }

    /// How many people of these ages, in whole years, an area has on a day.
    pub fn aged(&self, area: i64, on: Day, ages: std::ops::RangeInclusive<i64>) -> i64 {
        // Whose age nobody knows is among all, and in no range of ages.
        let everybody = ages == (0..=i64::MAX);
        let is_asked = |person: &&Counted| person.age(on).map_or(everybody, |age| ages.contains(&age));
        let lives_here = |person: &&Counted| {
            self.whereabouts(person, on).is_some_and(|whereabouts| lies_in(whereabouts.area, area))
        };
        self.people.iter().filter(is_asked).filter(lives_here).count() as i64
    }

    /// Where somebody lived on a day, as it is known now: in the dwelling that was entered last; who was never entered
    /// in one counts where the register has them, since it has them.
    fn whereabouts(&self, person: &Counted, on: Day) -> Option<Whereabouts> {
        if on >= person.until {
            return None;
        }
        let (first, next) = person.stays;
        let stays = self.stays.get(first as usize..next as usize).unwrap_or_default();
        if stays.is_empty() {
            return (person.since <= on).then_some(Whereabouts { area: person.area, home: None });
        }
        let stay = stays.iter().rev().find(|stay| stay.from <= on && on < stay.to)?;
        let home = self.homes.get(stay.home as usize)?;
        Some(Whereabouts { area: home.area, home: Some(stay.home) })
    }
}

/// Where somebody lived.
struct Whereabouts {
    area: i64,
    home: Option<u32>,
}

impl Counted {
    /// In whole years.
    fn age(&self, on: Day) -> Option<i64> {
        (self.born > 0).then(|| ((on - self.born) / 10_000).max(0))
    }
}

/// Whether an area is this one or lies in it: each level has three digits more than the one above.
pub fn lies_in(mut area: i64, whole: i64) -> bool {
    while area > whole {
        area /= 1000;
    }
    area == whole
}

/// What was counted, exactly. It does not leave the program like this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Of each five years: men, women, not stated.
    pub bands: [[i64; 3]; BANDS],
    /// Whose birth date nobody knows.
    pub unknown: [i64; 3],
    /// Dwellings in which somebody lives.
    pub households: i64,
    pub usages: BTreeMap<Usage, i64>,
    pub units: i64,
}

impl Tally {
    fn add(&mut self, person: &Counted, on: Day) {
        let band = match person.age(on) {
            Some(age) => {
                let nth = usize::try_from(age / BAND).unwrap_or(0).min(BANDS - 1);
                self.bands.get_mut(nth)
            }
            None => Some(&mut self.unknown),
        };
        let sex = match person.sex {
            Sex::Male => 0,
            Sex::Female => 1,
            Sex::Unknown => 2,
        };
        if let Some(count) = band.and_then(|band| band.get_mut(sex)) {
            *count += 1;
        }
    }

    /// Men, women, not stated.
    pub fn sexes(&self) -> [i64; 3] {
        let all = self.bands.iter().chain([&self.unknown]);
        all.fold([0; 3], |[men, women, others], [m, w, o]| [men + m, women + w, others + o])
    }

    pub fn people(&self) -> i64 {
        self.sexes().iter().sum()
    }
}
