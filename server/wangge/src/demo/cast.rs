//! Everybody of the demo: names, seats, and who acts in the cases.

use std::collections::HashMap;

use platform::{Caller, Error, PostInUse, PostKind, Text, Write, open_account};
use staff::{NewPost, appoint as hold, open_post};

use super::draw::Draw;
use super::texts::{GIVEN, SURNAMES};

/// Everybody who acts in the cases.
#[derive(Clone, Default)]
pub struct Cast {
    pub desks: HashMap<i64, Caller>,
    pub chiefs: HashMap<i64, Caller>,
    pub leaders: HashMap<i64, Caller>,
    pub handlers: HashMap<i64, Caller>,
    /// The heads of the departments.
    pub chairs: HashMap<i64, Caller>,
    /// The heads of the communities.
    pub heads: HashMap<i64, Caller>,
    pub workers: HashMap<i64, Caller>,
    /// Departments by the key that standards name them by.
    pub departments: HashMap<String, i64>,
}

/// A post to be filled.
pub struct Seat {
    pub kind: PostKind,
    pub area: i64,
    pub organisation: Option<i64>,
    pub title: Text,
    pub place: Text,
    /// The name to sign in by, for the few who can.
    pub username: Option<&'static str>,
}

pub struct Company {
    pub draw: Draw,
    pub nth: usize,
    pub hashes: HashMap<&'static str, String>,
}

impl Company {
    pub fn name(&mut self) -> String {
        let mut name = self.draw.word(SURNAMES).to_owned();
        name.push_str(self.draw.word(GIVEN));
        if self.draw.percent(60.0) {
            name.push_str(self.draw.word(GIVEN));
        }
        name
    }

    /// Opens the post and appoints somebody; without a password nobody can sign in as them.
    pub async fn seat(&mut self, w: &Write, seat: Seat) -> Result<Caller, Error> {
        self.nth += 1;
        let username = seat.username.map_or_else(|| format!("p{:05}", self.nth), str::to_owned);
        let hash = seat.username.and_then(|name| self.hashes.get(name).cloned()).unwrap_or_default();
        let account = open_account(w, &username, &self.name(), hash).await?;
        let (kind, area, organisation) = (seat.kind, seat.area, seat.organisation);
        let post =
            open_post(w, NewPost { kind, area, organisation, title: seat.title, place: seat.place }).await?;
        hold(w, post, account, w.now()).await?;
        Ok(Caller { account, post: PostInUse { id: post, kind, area, organisation, not_after: None } })
    }
}
