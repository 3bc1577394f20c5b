//! The words of the room: where an order stands, where it came from, what is done to it, what is timed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares an enum whose variants are words in tables, flows and on the wire.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every word, in the order in which an order meets them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in tables, flows and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or(concat!("no such ", $what))
            }
        }

        store::word_column!($name);
    };
}

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
    }
}

impl State {
    /// The states in which somebody still has to do something.
    pub const OPEN: &[Self] =
        &[Self::Reported, Self::Accepted, Self::Dispatched, Self::Handling, Self::Resolved, Self::Verified];
    /// The states in which nobody has to.
    pub const ENDED: &[Self] = &[Self::Closed, Self::Rejected, Self::Cancelled];

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
    }
}

words! {
    /// What a row of an order's history tells: an action of its flow, its beginning, or a resident's rating.
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
        Rate = "rate",
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
    }
}

words! {
    /// When a picture was taken.
    Role, "role" {
        /// With the report.
        Before = "before",
        /// With a later step.
        After = "after",
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
