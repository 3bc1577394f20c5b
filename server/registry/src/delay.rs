//! Lawful delays: looks that a resident may see only later, because the law says so. Two people decide it, the ledger keeps
//! both acts, and it ends by itself.

use platform::ids::wire_id;
use platform::posts::Post;
use platform::{Error, Millis, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::access::reached;
use crate::look::{LookRow, pseudonym};
use crate::resident::ResidentId;

/// The right to ask for a delay, and the right to approve one.
pub const ASK: &str = "look:delay";
pub const APPROVE: &str = "look:approve_delay";
/// The longest delay.
pub const LONGEST_MS: i64 = 366 * 24 * 3_600_000;
/// From how many hidden looks on their number is told: a smaller one would tell too much.
pub const TOLD_FROM: usize = 3;
/// More running delays than a street ever has.
const RUNNING_MOST: i64 = 1000;

wire_id!(
    /// A lawful delay on the wire.
    DelayId, "dly"
);

table! {
    /// A delay: the looks about one matter by the unit that asked are hidden from residents until a day.
    pub struct Delay in "look_delays" key 2 {
        pub street_id: i64,
        pub id: i64,
        /// Whose looks were the reason.
        pub resident_id: i64,
        /// The clause that allows it.
        pub basis: String,
        /// The case or the matter, as the looks name it.
        pub about: String,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub asked_post: Option<i64>,
        pub approved_at: Option<Millis>,
        pub approved_by: Option<i64>,
        pub approved_post: Option<i64>,
        pub until: Millis,
    }
}

sql! {
    RUNNING: Delay = "WHERE street_id = $1 AND approved_at IS NOT NULL AND until > $2 ORDER BY until, id LIMIT $3";
    LATEST: Delay = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    APPROVED = "UPDATE look_delays SET approved_at = $3, approved_by = $4, approved_post = $5
        WHERE street_id = $1 AND id = $2 AND approved_at IS NULL";
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct NewDelay {
    pub resident: ResidentId,
    pub basis: String,
    pub about: String,
    pub until: Millis,
}

/// Whose look it is: an organisation's, or else a street's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUnit {
    Organisation(i64),
    Street(i64),
}

impl LookUnit {
    /// The unit of a post.
    pub fn of(post: &Post) -> Self {
        let street = std::iter::successors(Some(post.area), |code| Some(code / 1000))
            .find(|code| *code < 1_000_000_000)
            .unwrap_or(post.area);
        post.organisation_id.map_or(Self::Street(street), Self::Organisation)
    }
}

/// A delay that runs, with the unit that asked for it.
#[derive(Clone, Debug)]
pub struct Running {
    pub about: String,
    pub unit: LookUnit,
    pub until: Millis,
}

impl Running {
    /// Whether it hides a look of this unit now. The others whom the same matter made somebody look at would tell of it
    /// too, so it is not asked whom the look was at.
    pub fn hides(&self, look: &LookRow, unit: Option<LookUnit>, now: Millis) -> bool {
        now < self.until && look.about.as_deref() == Some(self.about.as_str()) && unit == Some(self.unit)
    }
}

impl Delay {
    /// Its id on the wire.
    pub fn wire_id(&self) -> DelayId {
        DelayId::new(self.street_id, self.id)
    }
}

/// Asks for a delay. It hides nothing until somebody else approves it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Missing`]; [`Error::Invalid`] for a date that has passed or is too far away.
pub async fn ask(w: &Write, new: NewDelay) -> Result<Delay, Error> {
    let resident = reached(w, ASK, new.resident).await?;
    if new.until <= w.now() || new.until > w.now().plus(LONGEST_MS) {
        let text = Text::new("须在今天之后、一年之内", "after today, and within a year");
        return Err(Error::field("until", text));
    }
    let caller = w.call().caller()?;
    let delay = Delay {
        street_id: resident.street_id,
        id: w.id(),
        resident_id: resident.id,
        basis: new.basis,
        about: new.about,
        asked_at: w.now(),
        asked_by: Some(caller.account),
        asked_post: Some(caller.post.id),
        approved_at: None,
        approved_by: None,
        approved_post: None,
        until: new.until,
    };
    w.insert(&delay).await?;
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    w.record(ASK, delay.wire_id(), json!({ "resident": subject, "until": delay.until }));
    Ok(delay)
}

/// Approves a delay, as somebody else than who asked.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Forbidden`] for who asked; [`Error::Conflict`] when it is approved or over.
pub async fn approve(w: &Write, id: DelayId) -> Result<Delay, Error> {
    let scope = w.app().policy().scope(w.call().caller()?, APPROVE, w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let delay: Option<Delay> = w.find(&vals![id.street, id.id]).await?;
    let delay = delay.filter(|delay| scope.covers(&Thing::at(delay.street_id)));
    let delay = delay.ok_or(Error::Missing("delay"))?;
    let caller = w.call().caller()?;
    if delay.asked_by == Some(caller.account) {
        return Err(Error::Forbidden(Text::new(
            "申请人不能批准自己的申请",
            "who asked for it cannot approve it",
        )));
    }
    let values = vals![delay.street_id, delay.id, w.now(), caller.account, caller.post.id];
    if delay.until <= w.now() || w.exec(&APPROVED, &values).await? == 0 {
        return Err(Error::conflict(Text::new("已批准或已过期", "it is approved already, or it is over")));
    }
    w.record(APPROVE, delay.wire_id(), json!({ "until": delay.until }));
    Ok(Delay {
        approved_at: Some(w.now()),
        approved_by: Some(caller.account),
        approved_post: Some(caller.post.id),
        ..delay
    })
}

/// The delays of a street that run now.
///
/// # Errors
/// What the store answers.
pub async fn running(r: &Tx, street: i64, now: Millis) -> Result<Vec<Running>, Error> {
    let delays: Vec<Delay> = r.query(&RUNNING, &vals![street, now, RUNNING_MOST]).await?;
    let mut running = Vec::new();
    for delay in delays {
        let post = match delay.asked_post {
            Some(post) => r.find::<Post>(&vals![post]).await?,
            None => None,
        };
        running.extend(post.map(|post| Running {
            about: delay.about,
            unit: LookUnit::of(&post),
            until: delay.until,
        }));
    }
    Ok(running)
}

/// The delays of a street, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn latest(r: &Tx, street: i64, before: i64, limit: i64) -> Result<Vec<Delay>, Error> {
    Ok(r.query(&LATEST, &vals![street, before, limit]).await?)
}

#[cfg(test)]
mod tests {
    use platform::PostKind;

    use super::*;
    use crate::words::How;

    fn post(area: i64, organisation_id: Option<i64>) -> Post {
        let text = String::new;
        Post {
            id: 1,
            version: 1,
            kind: PostKind::Chief,
            area,
            organisation_id,
            title_zh: text(),
            title_en: text(),
            place_zh: text(),
            place_en: text(),
            valid_from: Millis(0),
            valid_to: None,
        }
    }

    fn look(about: Option<&str>) -> LookRow {
        LookRow {
            street_id: 450_204_006,
            id: 1,
            resident_id: 1,
            entry_id: 1,
            at: Millis(0),
            account_id: None,
            post_id: Some(1),
            system_id: None,
            purpose: "order".to_owned(),
            about: about.map(str::to_owned),
            how: How::Read,
            fields: "name".to_owned(),
            reason: None,
        }
    }

    #[test]
    fn a_delay_hides_the_matter_of_its_unit_until_its_day_and_nothing_else() {
        let street = LookUnit::of(&post(450_204_006, None));
        assert_eq!(street, LookUnit::of(&post(450_204_006_003_001, None)), "a grid worker is of the street");
        let police = LookUnit::of(&post(450_204_006, Some(7)));
        let delay = Running { about: "案件甲".to_owned(), unit: police, until: Millis(100) };
        assert!(delay.hides(&look(Some("案件甲")), Some(police), Millis(99)));
        assert!(!delay.hides(&look(Some("案件甲")), Some(police), Millis(100)), "it ends by itself");
        assert!(!delay.hides(&look(Some("案件甲")), Some(street), Millis(99)));
        assert!(!delay.hides(&look(Some("案件乙")), Some(police), Millis(99)));
        assert!(!delay.hides(&look(None), Some(police), Millis(99)));
        assert!(!delay.hides(&look(Some("案件甲")), None, Millis(99)));
    }
}
