//! The history of an order: one row for each step, written once.

use platform::{Call, FileId, Millis, Who};
use store::table;

use crate::words::{Act, Role, State};

table! {
    /// One step. Nothing changes it and nothing removes it.
    pub struct Step in "order_steps" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub action: Act,
        pub state_from: Option<State>,
        pub state_to: State,
        pub at: Millis,
        pub account_id: Option<i64>,
        pub post_id: Option<i64>,
        /// The organisation of the post that acted.
        pub post_organisation_id: Option<i64>,
        /// The unit that the order was with after the step.
        pub organisation_id: Option<i64>,
        pub standard_id: Option<i64>,
        pub note: Option<String>,
        /// The clause of the list that was cited.
        pub clause: Option<String>,
        /// What of the order it is about, when not the order itself: the id of an obligation, a request and the like.
        pub subject: Option<String>,
    }
}

table! {
    /// A picture that a step brought.
    pub struct OrderFile in "order_files" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        pub step_id: i64,
        pub role: Role,
        pub sha256: String,
        pub media_type: String,
        pub width: i64,
        pub height: i64,
        pub bytes: i64,
        pub at: Millis,
    }
}

impl OrderFile {
    /// Its id on the wire.
    pub fn wire_id(&self) -> FileId {
        FileId::new(self.street_id, self.id)
    }
}

/// Who does something, as history keeps it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actor {
    pub account: Option<i64>,
    pub post: Option<i64>,
    pub organisation: Option<i64>,
}

impl Actor {
    /// Whoever stands behind a call; nobody for a resident and for the program itself.
    pub fn of(call: &Call) -> Self {
        match &call.who {
            Who::Post(caller) => Self {
                account: Some(caller.account),
                post: Some(caller.post.id),
                organisation: caller.post.organisation,
            },
            Who::Account(account) => Self { account: Some(*account), ..Self::default() },
            Who::System(system) => Self { organisation: system.organisation, ..Self::default() },
            Who::Visitor | Who::Program(_) => Self::default(),
        }
    }
}
