//! How much one person looks up in a day, and what happens beyond the measure: an alarm that somebody else must review.
//!
//! Counts and alarms are kept at the district, one measure for an account wherever it looks: whoever serves two streets
//! does not have two. The look that goes beyond is still answered, and raises the alarm in its own transaction; every
//! further one is refused until the review. Somebody in Fuzhou looked 325 times a day for nine months: it takes one day here.

use platform::ids::wire_id;
use platform::{Caller, Error, Millis, PostKind, Text, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::words::How;
use platform::words;

wire_id!(
    /// An alarm on the wire.
    AlarmId, "alm"
);

words! {
    /// Why an alarm was raised.
    AlarmKind, "kind of alarm" {
        Searches = "searches", "查询次数", "searches";
        Looks = "looks", "查看次数", "looks";
        Reveals = "reveals", "明文查看次数", "reveals";
        Relative = "relative", "查看同住人员", "looked at somebody they live with";
    }
}

words! {
    /// What the review of an alarm came to.
    Verdict, "verdict" {
        Justified = "justified", "合规", "justified";
        Misuse = "misuse", "违规", "misuse";
    }
}

/// A round of visits is some 50 homes a day; each takes at most a search and two looks.
const OF_GRID_WORKER: i64 = 150;
/// A window serves one person every two minutes of eight hours at most: 240, and some come in twos.
const OF_CLERK: i64 = 300;
/// Whoever handles cases looks up whom a case concerns, not a neighbourhood.
const OF_OTHERS: i64 = 200;
/// Values in clear are the exception: masked ones are enough to know whom one speaks to.
const REVEALS: i64 = 50;

table! {
    /// What an account looked up on a day.
    pub struct LookCount in "look_counts" key 2 {
        /// The district.
        pub street_id: i64,
        pub id: i64,
        pub account_id: i64,
        pub day: String,
        /// Searches, whatever they found.
        pub searches: i64,
        /// Records and dwellings that were opened.
        pub looks: i64,
        /// Groups of fields that were shown in clear, person by person.
        pub reveals: i64,
        /// People who were exported.
        pub exported: i64,
    }
}

table! {
    /// An alarm: one account, one day, one kind.
    pub struct Alarm in "look_alarms" key 2 {
        /// The district.
        pub street_id: i64,
        pub id: i64,
        pub account_id: i64,
        pub post_id: Option<i64>,
        /// Where the post serves: who may review there sees the alarm.
        pub area: i64,
        pub kind: AlarmKind,
        pub day: String,
        pub counted: i64,
        pub allowed: i64,
        pub raised_at: Millis,
        pub reviewed_at: Option<Millis>,
        pub reviewed_by: Option<i64>,
        pub verdict: Option<Verdict>,
        pub note: Option<String>,
    }
}

sql! {
    COUNT = "INSERT INTO look_counts (street_id, id, account_id, day, searches, looks, reveals, exported)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (street_id, account_id, day) DO UPDATE SET
        searches = look_counts.searches + excluded.searches, looks = look_counts.looks + excluded.looks,
        reveals = look_counts.reveals + excluded.reveals, exported = look_counts.exported + excluded.exported";
    /// Reads the counts and holds them: two looks of one account at once are counted one after the other.
    HOLD = "INSERT INTO look_counts (street_id, id, account_id, day, searches, looks, reveals, exported)
        VALUES ($1, $2, $3, $4, 0, 0, 0, 0) ON CONFLICT (street_id, account_id, day) DO UPDATE SET searches = look_counts.searches
        RETURNING street_id, id, account_id, day, searches, looks, reveals, exported";
    OF_DAY: LookCount = "WHERE street_id = $1 AND account_id = $2 AND day = $3 LIMIT 1";
    /// What stands against an account, and what was raised today.
    STANDING: Alarm = "WHERE street_id = $1 AND account_id = $2 AND (verdict IS NULL OR verdict = 'misuse' OR day = $3)
        ORDER BY id DESC LIMIT 50";
}

impl Alarm {
    /// Its id on the wire.
    pub fn wire_id(&self) -> AlarmId {
        AlarmId::new(self.street_id, self.id)
    }

    /// Whether the account looks at nobody until somebody has reviewed it.
    fn blocks(&self) -> bool {
        self.kind != AlarmKind::Relative && self.verdict != Some(Verdict::Justified)
    }
}

/// How often a post of this kind may do it in a day.
pub fn allowed(post: PostKind, kind: AlarmKind) -> i64 {
    match (kind, post) {
        (AlarmKind::Relative, _) => 0,
        (AlarmKind::Reveals, _) => REVEALS,
        (_, PostKind::GridWorker) => OF_GRID_WORKER,
        (_, PostKind::Clerk) => OF_CLERK,
        _ => OF_OTHERS,
    }
}

/// Where an account stands today.
pub struct Standing {
    pub counts: LookCount,
    alarms: Vec<Alarm>,
}

impl Standing {
    /// Reads it without holding anything.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn read(r: &Tx, district: i64, account: i64, now: Millis) -> Result<Self, Error> {
        let day = now.beijing_date().to_string();
        let counts = r.opt(&OF_DAY, &vals![district, account, day.as_str()]).await?;
        let alarms = r.query(&STANDING, &vals![district, account, day.as_str()]).await?;
        let none = LookCount {
            street_id: district,
            id: 0,
            account_id: account,
            day,
            searches: 0,
            looks: 0,
            reveals: 0,
            exported: 0,
        };
        Ok(Self { counts: counts.unwrap_or(none), alarms })
    }

    async fn hold(w: &Write, account: i64) -> Result<Self, Error> {
        let day = w.now().beijing_date().to_string();
        let held = vals![w.app().district(), w.id(), account, day.as_str()];
        let counts = w.one(&HOLD, &held).await?;
        let key = vals![w.app().district(), account, day];
        Ok(Self { counts, alarms: w.query(&STANDING, &key).await? })
    }

    /// Whether an alarm stands that nobody has reviewed, or that was found to be misuse.
    pub fn is_blocked(&self) -> bool {
        self.alarms.iter().any(Alarm::blocks)
    }

    /// How often it was done today.
    pub fn used(&self, kind: AlarmKind) -> i64 {
        match kind {
            AlarmKind::Searches => self.counts.searches,
            AlarmKind::Looks => self.counts.looks,
            AlarmKind::Reveals => self.counts.reveals,
            AlarmKind::Relative => self.of_today(kind),
        }
    }

    /// How often it may be done today: once more the measure for each alarm that a review found justified.
    pub fn allowed(&self, post: PostKind, kind: AlarmKind) -> i64 {
        allowed(post, kind) * (1 + self.of_today(kind))
    }

    fn of_today(&self, kind: AlarmKind) -> i64 {
        self.alarms.iter().filter(|alarm| alarm.kind == kind && alarm.day == self.counts.day).count() as i64
    }
}

/// Refuses who stands under an alarm; raises one when this look goes beyond the day's measure. `right` says what kind of
/// look it is.
///
/// # Errors
/// [`Error::Barred`] with `look_blocked`.
pub(crate) async fn check(w: &Write, caller: &Caller, right: &str) -> Result<Standing, Error> {
    let standing = Standing::hold(w, caller.account).await?;
    if standing.is_blocked() {
        return Err(Error::Barred(
            "look_blocked",
            Text::new(
                "查询量异常，已暂停查询，请等待审核",
                "too many look-ups: they are stopped until somebody has reviewed them",
            ),
        ));
    }
    let kind = match right {
        "resident:find" | "unit:read" => AlarmKind::Searches,
        // Counted person by person where it is answered.
        "resident:reveal" => return Ok(standing),
        // Pairs under review are dealt out by the program: nobody chooses whom they see.
        "review:decide" => return Ok(standing),
        _ => AlarmKind::Looks,
    };
    let (counted, allowed) = (standing.used(kind) + 1, standing.allowed(caller.post.kind, kind));
    if counted > allowed {
        raise(w, caller, kind, counted, allowed).await?;
    }
    Ok(standing)
}

/// Raises the alarm of whoever uses up the day's reveals with this one; gives how many are left.
pub(crate) async fn reveal(w: &Write, caller: &Caller, before: &Standing, more: i64) -> Result<i64, Error> {
    let counted = before.counts.reveals + more;
    let allowed = before.allowed(caller.post.kind, AlarmKind::Reveals);
    if counted >= allowed {
        raise(w, caller, AlarmKind::Reveals, counted, allowed).await?;
    }
    Ok((allowed - counted).max(0))
}

/// Flags a look at somebody the caller lives with, once a day.
pub(crate) async fn flag_relative(w: &Write, caller: &Caller, before: &Standing) -> Result<(), Error> {
    match before.of_today(AlarmKind::Relative) {
        0 => raise(w, caller, AlarmKind::Relative, 1, 0).await,
        _ => Ok(()),
    }
}

async fn raise(w: &Write, caller: &Caller, kind: AlarmKind, counted: i64, allowed: i64) -> Result<(), Error> {
    let alarm = Alarm {
        street_id: w.app().district(),
        id: w.id(),
        account_id: caller.account,
        post_id: Some(caller.post.id),
        area: caller.post.area,
        kind,
        day: w.now().beijing_date().to_string(),
        counted,
        allowed,
        raised_at: w.now(),
        reviewed_at: None,
        reviewed_by: None,
        verdict: None,
        note: None,
    };
    w.insert(&alarm).await?;
    let told = json!({ "kind": kind, "counted": counted, "allowed": allowed });
    w.record("look:alarm", alarm.wire_id(), told);
    w.announce("alarm", alarm.wire_id(), alarm.area, &json!({ "id": alarm.wire_id(), "kind": kind }));
    Ok(())
}

/// Counts a look at `people` of this kind.
pub(crate) fn count(w: &Write, account: i64, how: How, people: i64) {
    let day = w.now().beijing_date().to_string();
    let once = |counts: bool| i64::from(counts);
    let each = |counts: bool| if counts { people } else { 0 };
    let values = vals![
        w.app().district(),
        w.id(),
        account,
        day,
        once(how == How::Listed),
        once(matches!(how, How::Read | How::Household | How::Printed)),
        each(how == How::Revealed),
        each(how == How::Exported)
    ];
    w.later(&COUNT, &values);
}
