//! What people do with the register while the demo lives: each scene at its moment, through the same routes that the pages
//! use, by those whose accounts a visitor has.

mod claims;
mod forms;
mod looks;
mod person;
mod register;

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;

use axum::Router;
use platform::{App, Error, Millis, Room, http};
use registry::{Dwelling, ResidentId, lies_in};

use super::cast::Cast;
use super::day::{DAY, HOUR};
use super::draw::Draw;
use super::people::Staffed;
use super::residents::{Filled, Known};
use person::Person;

/// What happens at a moment.
#[derive(Clone, Copy, Debug)]
enum Scene {
    /// The steward enters the shops.
    Shops,
    /// Bureaus send their forms; three are taken, two refused.
    FormsArrive,
    /// A community fills in what the register does not know.
    FormsFilled,
    /// The community's head corrects what was seen at doors.
    Visits,
    /// People move to another street: one is taken over, one is not, one waits.
    HandOvers,
    /// Two claims go to the owners of wrong values.
    ClaimsMade,
    /// One is accepted, the other is not.
    ClaimsAnswered,
    /// Pairs that the linkage was not sure of.
    Reviews,
    /// The desk, the clerk, the grid and the community look somebody up.
    Looks,
    /// Somebody looked up too many.
    Alarm,
    /// A leader looks into it.
    AlarmReviewed,
    /// Looks that the law lets residents know of later: one with a second person's yes, one that waits for it.
    Delays,
    /// Lists of residents, with a second person's yes.
    Exports,
    /// A resident asks who looked, and for a correction.
    Mine,
    /// The steward answers.
    MineAnswered,
}

use Scene::{
    Alarm, AlarmReviewed, ClaimsAnswered, ClaimsMade, Delays, Exports, FormsArrive, FormsFilled, HandOvers,
    Looks, Mine, MineAnswered, Reviews, Shops, Visits,
};

/// The scenes: so many days before the demo is first served, at this hour.
const SCENES: [(i64, i64, Scene); 21] = [
    (88, 10, Shops),
    (60, 9, FormsArrive),
    (41, 15, Visits),
    (33, 10, HandOvers),
    (26, 9, ClaimsMade),
    (21, 16, Looks),
    (19, 11, ClaimsAnswered),
    (16, 14, Alarm),
    (15, 9, AlarmReviewed),
    (13, 10, Reviews),
    (12, 15, Looks),
    (10, 9, Exports),
    (9, 11, Mine),
    (7, 16, Looks),
    (6, 10, MineAnswered),
    (5, 16, Delays),
    (4, 9, FormsFilled),
    (3, 15, Looks),
    (2, 10, Mine),
    (1, 9, Visits),
    (1, 11, Alarm),
];

/// The register's part of the demo's life.
pub struct Story {
    app: App,
    router: Router,
    passwords: BTreeMap<String, String>,
    cast: Cast,
    filled: Filled,
    scenes: VecDeque<(Millis, Scene)>,
    draw: Draw,
    /// Claims that wait for their answer.
    claims: Vec<String>,
}

impl Story {
    /// # Errors
    /// When the routes cannot be put together.
    pub fn new(
        app: &App,
        rooms: &[Room],
        staffed: &Staffed,
        filled: Filled,
        now: Millis,
    ) -> Result<Self, Error> {
        let moment = |(days, hour, scene): (i64, i64, Scene)| {
            let day = now.plus(-days * DAY).beijing_date();
            (Millis::at_beijing_midnight(day).plus(hour * HOUR), scene)
        };
        Ok(Self {
            app: app.clone(),
            router: http::server(app.clone(), rooms)?,
            passwords: staffed.passwords.clone(),
            cast: staffed.cast.clone(),
            filled,
            scenes: SCENES.into_iter().map(moment).collect(),
            draw: Draw::new(93),
            claims: Vec::new(),
        })
    }

    /// Plays every scene whose moment has come by then.
    ///
    /// # Errors
    /// What a route answers: the demo obeys every rule, so a refusal is a fault.
    pub async fn play_until(&mut self, app: &App, moment: Millis) -> Result<(), Error> {
        while let Some((at, scene)) = self.scenes.pop_front_if(|(at, _)| *at <= moment) {
            app.clock().set(at);
            self.play(app, scene).await?;
        }
        Ok(())
    }

    async fn play(&mut self, app: &App, scene: Scene) -> Result<(), Error> {
        match scene {
            Shops => self.open_shops().await,
            FormsArrive => self.forms_arrive().await,
            FormsFilled => self.fill_forms().await,
            Visits => self.correct_after_visits().await,
            HandOvers => self.hand_over().await,
            ClaimsMade => self.make_claims().await,
            ClaimsAnswered => self.answer_claims().await,
            Reviews => self.review().await,
            Looks => self.look().await,
            Alarm => self.raise_alarm(app).await,
            AlarmReviewed => self.review_alarm().await,
            Delays => self.delay().await,
            Exports => self.export().await,
            Mine => self.ask_who_looked().await,
            MineAnswered => self.answer_residents().await,
        }
    }

    /// Somebody with an account, signed in; it takes them some seconds.
    async fn sign_in(&self, username: &str) -> Result<Person, Error> {
        let password = self.passwords.get(username).ok_or_else(|| Error::internal("no such account"))?;
        self.wait();
        // The moments of sign-ins differ, so their addresses do.
        let seconds = u32::try_from(self.app.clock().now().0 / 1000 % (1 << 24)).unwrap_or(0);
        let address = Ipv4Addr::from_bits(10 << 24 | seconds);
        Person::sign_in(&self.router, username, password, address).await
    }

    /// The same, who has shown once more who it is.
    async fn sign_in_twice(&self, username: &str) -> Result<Person, Error> {
        let person = self.sign_in(username).await?;
        self.wait();
        person.step_up().await
    }

    fn wait(&self) {
        self.app.clock().set(self.app.clock().now().plus(10_000));
    }

    fn dwelling(&self, number: usize) -> Option<&Dwelling> {
        self.filled.dwellings.get(number)
    }

    /// So many residents who live in an area, in an order that says nothing.
    fn living_in(&mut self, area: i64, count: usize) -> Vec<Known> {
        let dwellings = &self.filled.dwellings;
        let is_here = |home: usize| dwellings.get(home).is_some_and(|dwelling| lies_in(dwelling.area, area));
        let mut all = self.filled.district.known(is_here);
        self.draw.shuffle(&mut all);
        all.truncate(count);
        all
    }

    /// The ids of those of an area whom somebody finds by their name alone, and not their namesake in another street.
    async fn found(&mut self, by: &Person, area: i64, count: usize) -> Result<Vec<(String, Known)>, Error> {
        let mut found = Vec::new();
        for known in self.living_in(area, count * 3) {
            if found.len() == count {
                break;
            }
            let Some(id) = by.find(&known.name).await? else { continue };
            let resident: ResidentId = id.parse().map_err(Error::internal)?;
            if lies_in(area, resident.street) {
                found.push((id, known));
            }
        }
        Ok(found)
    }
}
