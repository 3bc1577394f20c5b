//! The words of the room: where an order stands, where it came from, what is done to it, what is timed.

use platform::words;

words! {
    /// Where an order stands.
    State, "state" {
        /// 已上报.
        Reported = "reported",
        /// 已受理: opened by a standard, with no unit yet.
        Accepted = "accepted",
        /// 不予立案.
        Rejected = "rejected",
        /// 已派遣: sent to a unit that has not signed for it.
        Dispatched = "dispatched",
        /// 处置中.
        Handling = "handling",
        /// 待核实.
        Resolved = "resolved",
        /// 待结案.
        Verified = "verified",
        /// 已结案.
        Closed = "closed",
        /// 作废.
        Cancelled = "cancelled",
        /// 协商中: a small matter that the community talks over.
        Consulting = "consulting",
        /// 引导调解中: a private matter that somebody is helped with.
        Guiding = "guiding",
        /// 待仲裁: two units disagree whose it is.
        Arbitrating = "arbitrating",
        /// 已挂账: put off with leave until a day.
        Parked = "parked",
        /// 已并入: the same case as another order.
        Joined = "joined",
    }
}

impl State {
    /// The states in which somebody still has to do something.
    pub const OPEN: &[Self] = &[
        Self::Reported,
        Self::Accepted,
        Self::Dispatched,
        Self::Handling,
        Self::Resolved,
        Self::Verified,
        Self::Consulting,
        Self::Guiding,
        Self::Arbitrating,
        Self::Parked,
    ];
    /// The states in which nobody has to.
    pub const ENDED: &[Self] = &[Self::Closed, Self::Rejected, Self::Cancelled, Self::Joined];

    pub fn is_ended(self) -> bool {
        Self::ENDED.contains(&self)
    }
}

words! {
    /// How an order came in.
    Source, "source" {
        /// A resident without an account.
        Resident = "resident",
        /// The command centre, a window or a leader.
        Desk = "desk",
        /// A grid worker or the community.
        Grid = "grid",
        /// A sheet of another system.
        Import = "import",
        /// The hotline 12345.
        Hotline = "hotline",
        /// A leader who saw it.
        Leader = "leader",
        /// Another system that watches a place.
        PlaceEvent = "place_event",
        /// A client of Open311.
        Open311 = "open311",
    }
}

words! {
    /// What is done to an order.
    Action, "action" {
        Accept = "accept",
        Reject = "reject",
        Dispatch = "dispatch",
        Recall = "recall",
        Sign = "sign",
        Return = "return",
        Resolve = "resolve",
        Verify = "verify",
        Rework = "rework",
        Close = "close",
        Reopen = "reopen",
        Cancel = "cancel",
        SelfResolve = "self_resolve",
        Consult = "consult",
        Guide = "guide",
        Reclassify = "reclassify",
        Settle = "settle",
        Refer = "refer",
        Rule = "rule",
        Park = "park",
        Wake = "wake",
        Join = "join",
    }
}

words! {
    /// What a row of an order's history tells: an action of its flow, its beginning, or what leaves its state alone.
    Act, "act" {
        Report = "report",
        Accept = "accept",
        Reject = "reject",
        Dispatch = "dispatch",
        Recall = "recall",
        Sign = "sign",
        Return = "return",
        Resolve = "resolve",
        Verify = "verify",
        Rework = "rework",
        Close = "close",
        Reopen = "reopen",
        Cancel = "cancel",
        SelfResolve = "self_resolve",
        Consult = "consult",
        Guide = "guide",
        Reclassify = "reclassify",
        Settle = "settle",
        Refer = "refer",
        Rule = "rule",
        Park = "park",
        Wake = "wake",
        Join = "join",
        Rate = "rate",
        /// A unit is asked to help.
        Assist = "assist",
        AssistSign = "assist_sign",
        AssistDone = "assist_done",
        AssistRelease = "assist_release",
        /// Stationed officers are called to the place.
        Summon = "summon",
        SummonAck = "summon_ack",
        Arrive = "arrive",
        /// The unit asks for a pause, more time, leave to park or an exemption.
        Request = "request",
        Endorse = "endorse",
        Approve = "approve",
        Refuse = "refuse",
        Pause = "pause",
        Resume = "resume",
        Extend = "extend",
        Exempt = "exempt",
        Supervise = "supervise",
        SuperviseReply = "supervise_reply",
        SuperviseLift = "supervise_lift",
        Escalate = "escalate",
        EscalateAck = "escalate_ack",
        /// Another report of the same case was joined to this one.
        Follow = "follow",
        /// A calendar's new edition moved a deadline.
        Recalendar = "recalendar",
    }
}

words! {
    /// What is timed.
    ClockKind, "clock" {
        /// 受理计时.
        Acceptance = "acceptance",
        /// 派遣计时.
        Dispatch = "dispatch",
        /// 处置计时.
        Handling = "handling",
        /// 核实结案计时.
        Verification = "verification",
        /// 协商计时.
        Consultation = "consultation",
        /// 引导调解计时.
        Guidance = "guidance",
        /// 仲裁计时.
        Arbitration = "arbitration",
        /// 协办计时: one run for each unit that helps; never the order's own clock.
        Assistance = "assistance",
    }
}

words! {
    /// Whose the time of a disagreement is.
    ChargedTo, "charge" {
        /// The unit gave back what is its own.
        Unit = "unit",
        /// The desk sent it to the wrong one.
        Desk = "desk",
    }
}

words! {
    /// What a unit asks the street for.
    RequestKind, "request" {
        /// 暂停计时.
        Pause = "pause",
        /// 延期.
        Extend = "extend",
        /// 挂账.
        Park = "park",
        /// 超期免责.
        Exempt = "exempt",
    }
}

words! {
    /// How a request was decided.
    Decision, "decision" {
        Approved = "approved",
        Refused = "refused",
    }
}

words! {
    /// When a picture was taken.
    Role, "role" {
        /// With the report.
        Before = "before",
        /// With a later step.
        After = "after",
        /// Of a paper that a request rests on.
        Document = "document",
    }
}

words! {
    /// How an order stands against its clock.
    Light, "light" {
        Normal = "normal",
        /// Four fifths of the time are gone.
        Soon = "soon",
        Late = "late",
        /// Its clock stands still.
        Paused = "paused",
        /// Nothing is timed.
        None = "none",
    }
}

impl From<Action> for Act {
    fn from(action: Action) -> Self {
        match action {
            Action::Accept => Self::Accept,
            Action::Reject => Self::Reject,
            Action::Dispatch => Self::Dispatch,
            Action::Recall => Self::Recall,
            Action::Sign => Self::Sign,
            Action::Return => Self::Return,
            Action::Resolve => Self::Resolve,
            Action::Verify => Self::Verify,
            Action::Rework => Self::Rework,
            Action::Close => Self::Close,
            Action::Reopen => Self::Reopen,
            Action::Cancel => Self::Cancel,
            Action::SelfResolve => Self::SelfResolve,
            Action::Consult => Self::Consult,
            Action::Guide => Self::Guide,
            Action::Reclassify => Self::Reclassify,
            Action::Settle => Self::Settle,
            Action::Refer => Self::Refer,
            Action::Rule => Self::Rule,
            Action::Park => Self::Park,
            Action::Wake => Self::Wake,
            Action::Join => Self::Join,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_tables_and_on_the_wire() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for act in Act::ALL {
            assert_eq!(serde_json::to_value(act).unwrap(), act.as_str());
        }
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
            assert_eq!(Act::from(*action).as_str(), action.as_str());
        }
        assert_eq!(State::OPEN.len() + State::ENDED.len(), State::ALL.len());
    }
}
