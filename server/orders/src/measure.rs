//! What the rollup counts, and how what has a deadline is judged.

use platform::words;

words! {
    /// What is judged against a deadline.
    Judged, "judged" {
        /// One run of a unit's handling clock.
        Handling = "handling",
        /// The whole case.
        Closing = "closing",
        /// The acceptance of a hotline's ticket.
        Response = "response",
    }
}

words! {
    /// How it was judged.
    Outcome, "outcome" {
        Met = "met",
        Missed = "missed",
        /// Late, or not, and counted nowhere: the reason is in the history.
        Exempt = "exempt",
    }
}

words! {
    /// What the rollup counts, and [`crate::happened()`] lists.
    Measure, "measure" {
        Reported = "reported",
        Accepted = "accepted",
        Rejected = "rejected",
        Dispatched = "dispatched",
        Signed = "signed",
        Returned = "returned",
        Resolved = "resolved",
        Verified = "verified",
        Reworked = "reworked",
        Closed = "closed",
        /// Closed on that day and reopened since.
        ReopenedLater = "reopened_later",
        Rated = "rated",
        /// Rated four stars and more.
        Satisfied = "satisfied",
        HandlingMet = "handling_met",
        HandlingMissed = "handling_missed",
        HandlingExempt = "handling_exempt",
        ClosingMet = "closing_met",
        ClosingMissed = "closing_missed",
        ClosingExempt = "closing_exempt",
        ResponseMet = "response_met",
        ResponseMissed = "response_missed",
        HotlineClosed = "hotline_closed",
        /// Not opened, or cancelled.
        HotlineDropped = "hotline_dropped",
        HotlineRated = "hotline_rated",
        HotlineSatisfied = "hotline_satisfied",
    }
}

impl Measure {
    /// From how many stars on a resident is satisfied.
    pub const SATISFIED_STARS: i64 = 4;

    /// The measure of which this one counts a part.
    pub fn whole(self) -> Option<Self> {
        match self {
            Self::ReopenedLater | Self::HotlineClosed => Some(Self::Closed),
            Self::Satisfied | Self::HotlineRated => Some(Self::Rated),
            Self::HotlineSatisfied => Some(Self::HotlineRated),
            _ => None,
        }
    }

    /// Whether some cases may be counted by both.
    pub fn overlaps(self, other: Self) -> bool {
        let chain = |one: Self| std::iter::successors(Some(one), |part| part.whole());
        let shared = |one: Self, two: Self| matches!((one, two), (Self::HotlineDropped, Self::Rejected));
        chain(self).any(|one| chain(other).any(|two| one == two))
            || shared(self, other)
            || shared(other, self)
    }

    /// What is judged, where it counts verdicts.
    pub fn judged(self) -> Option<Judged> {
        match self {
            Self::HandlingMet | Self::HandlingMissed | Self::HandlingExempt => Some(Judged::Handling),
            Self::ClosingMet | Self::ClosingMissed | Self::ClosingExempt => Some(Judged::Closing),
            Self::ResponseMet | Self::ResponseMissed => Some(Judged::Response),
            _ => None,
        }
    }
}
