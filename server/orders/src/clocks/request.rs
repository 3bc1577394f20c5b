//! Requests: a unit asks for a pause, more time, leave to park, or an exemption.

use platform::policy::Caller;
use platform::{Error, FileId, Millis, PostKind, Text};
use store::{Tx, sql, table, vals};
use worktime::PauseKind;

use crate::clock::ClockRun;
use crate::clocks::wire::RequestId;
use crate::order::Order;
use crate::timing::Clocks;
use crate::words::{ClockKind, Decision, RequestKind, State};

/// The most extensions of one run.
pub(crate) const EXTENSIONS: i64 = 2;
/// The longest time that an order may be parked.
pub(crate) const PARKED_MS: i64 = 366 * 86_400_000;

table! {
    /// One request, endorsed and decided in its time.
    pub(crate) struct Request in "order_requests" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub kind: RequestKind,
        /// The run of the clock that it is about.
        pub clock_id: i64,
        pub organisation_id: i64,
        pub area: i64,
        pub reason: String,
        /// The rule or document that it rests on.
        pub basis: Option<String>,
        /// A kind of pause, in the words of `worktime`.
        pub pause_kind: Option<String>,
        pub until: Option<Millis>,
        /// A JSON list of the pictures of documents.
        pub files: String,
        pub needs_endorsement: bool,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub asked_post: Option<i64>,
        pub endorsed_at: Option<Millis>,
        pub endorsed_by: Option<i64>,
        pub endorsed_post: Option<i64>,
        pub decided_at: Option<Millis>,
        pub decided_by: Option<i64>,
        pub decided_post: Option<i64>,
        pub decision: Option<Decision>,
        pub decision_note: Option<String>,
    }
}

sql! {
    OF_ORDER: Request = "WHERE street_id = $1 AND order_id = $2 ORDER BY id LIMIT 200";
}

/// The requests of an order, the oldest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn requests_of(r: &Tx, order: &Order) -> Result<Vec<Request>, Error> {
    Ok(r.query(&OF_ORDER, &vals![order.street_id, order.id]).await?)
}

impl Request {
    pub fn wire_id(&self) -> RequestId {
        RequestId::new(self.street_id, self.id)
    }

    pub fn file_ids(&self) -> Vec<FileId> {
        serde_json::from_str(&self.files).unwrap_or_default()
    }

    pub fn is_pending(&self) -> bool {
        self.decided_at.is_none()
    }

    pub fn waits_for_endorsement(&self) -> bool {
        self.is_pending() && self.needs_endorsement && self.endorsed_at.is_none()
    }

    pub fn was_approved(&self) -> bool {
        self.decision == Some(Decision::Approved)
    }

    /// Why this account may not endorse or decide it: whoever asked or endorsed does not judge their own request, and an
    /// exemption is decided by the chief on duty.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn may_decide(&self, caller: &Caller) -> Result<(), Error> {
        let own = [self.asked_by, self.endorsed_by].contains(&Some(caller.account));
        match self.kind {
            _ if own => Err(Error::Forbidden(Text::new(
                "不能审批本人提出或审核的申请",
                "nobody decides what they asked for or endorsed themselves",
            ))),
            RequestKind::Exempt if caller.post.kind != PostKind::Chief => Err(Error::Forbidden(Text::new(
                "超期免责由值班长审批",
                "an exemption is decided by the chief on duty",
            ))),
            _ => Ok(()),
        }
    }
}

/// The kind of pause that a request may ask for.
pub(crate) fn grantable(kind: &str) -> Option<PauseKind> {
    let all = [PauseKind::Supplement, PauseKind::SpecialProcedure, PauseKind::SiteCheck];
    all.into_iter().find(|one| crate::clock::pause_word(*one) == kind)
}

/// The run that a request of this kind would be about, or why there is none.
///
/// # Errors
/// [`Error::Conflict`] naming the rule that stands against it.
pub(crate) fn run_for<'a>(
    kind: RequestKind,
    order: &Order,
    clocks: &'a Clocks,
    earlier: &[Request],
    now: Millis,
) -> Result<&'a ClockRun, Error> {
    let conflict = |zh: &'static str, en: &'static str| Error::conflict(Text::new(zh, en));
    let of_unit =
        |run: &&ClockRun| run.clock == ClockKind::Handling && run.organisation_id == order.organisation_id;
    let run = clocks.runs.iter().rev().find(of_unit);
    if earlier.iter().any(|one| one.is_pending() && one.kind == kind) {
        return Err(conflict("同类申请正在审批中", "a request of this kind is waiting already"));
    }
    if kind == RequestKind::Exempt {
        let own = |one: &&Request| one.kind == kind && Some(one.organisation_id) == order.organisation_id;
        if order.state != State::Closed {
            return Err(conflict(
                "结案后方可申请超期免责",
                "an exemption is asked for once the case is closed",
            ));
        }
        if earlier.iter().any(|one| own(&one)) {
            return Err(conflict("超期免责只能申请一次", "an exemption is asked for once"));
        }
        let late = clocks.runs.iter().rev().filter(of_unit).find(|run| run.overdue_at.is_some());
        return late.ok_or_else(|| conflict("本单位没有超期，无须免责", "this unit was not late"));
    }
    let run = run.filter(|run| run.stopped_at.is_none() && order.state == State::Handling);
    let run = run
        .ok_or_else(|| conflict("签收后、办结前方可申请", "it is asked for between signing and resolving"))?;
    match kind {
        RequestKind::Pause | RequestKind::Park if !run.runs() => {
            Err(conflict("计时已经暂停", "the clock stands still already"))
        }
        RequestKind::Park if earlier.iter().any(|one| one.kind == kind && one.was_approved()) => {
            Err(conflict("一件案件只能挂账一次", "a case is parked only once"))
        }
        RequestKind::Extend if run.is_overdue(now) => {
            Err(conflict("已经超期，不能再延期", "it is late already; it cannot be extended"))
        }
        RequestKind::Extend if !run.runs() => {
            Err(conflict("计时已经暂停，无须延期", "the clock stands still"))
        }
        RequestKind::Extend if run.extended_by >= EXTENSIONS => {
            Err(conflict("延期已满两次", "it was extended twice already"))
        }
        _ => Ok(run),
    }
}
