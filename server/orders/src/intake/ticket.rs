//! A ticket of the hotline, or an event of another system: what came with an order from outside.

use std::collections::HashSet;

use platform::{Error, FieldProblem, Millis, Text, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};
use utoipa::ToSchema;

use crate::order::Order;
use crate::words::Source;

/// The channel of tickets that name none.
pub(super) const HOTLINE: &str = "12345";
const NUMBER_CHARS: usize = 60;
const WORD_CHARS: usize = 40;
const NOTE_CHARS: usize = 500;

/// What callers call for, in the words of the hotlines: 咨询, 求助, 投诉, 举报, 建议, 表扬.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TicketCategory {
    Question,
    Help,
    Complaint,
    Accusation,
    Suggestion,
    Praise,
}

impl TicketCategory {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Question, "question", "咨询"),
        (Self::Help, "help", "求助"),
        (Self::Complaint, "complaint", "投诉"),
        (Self::Accusation, "accusation", "举报"),
        (Self::Suggestion, "suggestion", "建议"),
        (Self::Praise, "praise", "表扬"),
    ];

    /// The word in tables.
    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(own, ..)| *own == self).map_or("", |(_, word, _)| word)
    }

    /// A word of either language, with or without 类 behind it.
    pub fn read(written: &str) -> Option<Self> {
        let plain = written.trim().trim_end_matches('类').to_lowercase();
        Self::ALL.iter().find(|(_, word, zh)| *word == plain || *zh == plain).map(|(own, ..)| *own)
    }
}

table! {
    /// What came with an order from outside. Its id is the order's.
    pub(crate) struct Ticket in "order_tickets" key 2 {
        pub street_id: i64,
        pub id: i64,
        /// The channel that numbers it, such as `12345`.
        pub channel: String,
        pub external_number: String,
        pub category: Option<String>,
        pub urgency: Option<String>,
        /// The caller is named to nobody who handles it.
        pub confidential: bool,
        pub wants_reply: bool,
        /// Who took the call there.
        pub agent: Option<String>,
        pub received_at: Option<Millis>,
        /// The limit that is printed on the ticket.
        pub reply_by: Option<Millis>,
        pub note: Option<String>,
        pub at: Millis,
    }
}

sql! {
    BY_NUMBER: Ticket = "WHERE street_id = $1 AND channel = $2 AND external_number = $3 LIMIT 1";
    CONFIDENTIAL = "SELECT id FROM order_tickets WHERE street_id = $1 AND id >= $2 AND id <= $3 AND confidential = 1 LIMIT 5000";
}

/// A ticket that is not an order yet.
#[derive(Clone, Debug, Default)]
pub(super) struct NewTicket {
    pub channel: String,
    pub number: String,
    pub category: Option<TicketCategory>,
    pub urgency: Option<String>,
    pub confidential: bool,
    pub wants_reply: bool,
    pub agent: Option<String>,
    pub received_at: Option<Millis>,
    pub reply_by: Option<Millis>,
    pub note: Option<String>,
}

/// What came with an order, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TicketOut {
    pub channel: String,
    pub number: String,
    /// 来电类别.
    pub category: Option<TicketCategory>,
    pub urgency: Option<String>,
    pub confidential: bool,
    pub wants_reply: bool,
    pub agent: Option<String>,
    pub received_at: Option<Millis>,
    pub reply_by: Option<Millis>,
    pub note: Option<String>,
}

impl From<Ticket> for TicketOut {
    fn from(row: Ticket) -> Self {
        Self {
            category: row.category.as_deref().and_then(TicketCategory::read),
            channel: row.channel,
            number: row.external_number,
            urgency: row.urgency,
            confidential: row.confidential,
            wants_reply: row.wants_reply,
            agent: row.agent,
            received_at: row.received_at,
            reply_by: row.reply_by,
            note: row.note,
        }
    }
}

impl NewTicket {
    /// Trims, and checks what has a limit.
    ///
    /// # Errors
    /// Each field that is wrong.
    pub fn tidy(mut self) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        self.number = self.number.trim().to_owned();
        self.channel = self.channel.trim().to_owned();
        if self.channel.is_empty() {
            HOTLINE.clone_into(&mut self.channel);
        }
        for text in [&mut self.urgency, &mut self.agent, &mut self.note] {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        let mut within = |name: &str, text: Option<&str>, most: usize| {
            if text.is_some_and(|text| text.chars().count() > most || text.chars().any(|c| c == '\0')) {
                let detail = Text::owned(format!("不超过 {most} 字"), format!("{most} characters at most"));
                problems.push(FieldProblem::new(name, detail));
            }
        };
        within("number", Some(&self.number), NUMBER_CHARS);
        within("channel", Some(&self.channel), WORD_CHARS);
        within("urgency", self.urgency.as_deref(), WORD_CHARS);
        within("agent", self.agent.as_deref(), WORD_CHARS);
        within("note", self.note.as_deref(), NOTE_CHARS);
        if self.number.is_empty() {
            problems.push(FieldProblem::new("number", Text::new("此项必填", "this is needed")));
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// Whether the words of its urgency mean that it is urgent for us.
    pub fn is_urgent(&self) -> bool {
        self.urgency.as_deref().is_some_and(|urgency| matches!(urgency.trim(), "紧急" | "特急" | "urgent"))
    }

    /// Writes it beside the order that it became.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another order has its number.
    pub async fn write(self, w: &Write, order: &Order) -> Result<(), Error> {
        let ticket = Ticket {
            street_id: order.street_id,
            id: order.id,
            channel: self.channel,
            external_number: self.number,
            category: self.category.map(|category| category.as_str().to_owned()),
            urgency: self.urgency,
            confidential: self.confidential,
            wants_reply: self.wants_reply,
            agent: self.agent,
            received_at: self.received_at,
            reply_by: self.reply_by,
            note: self.note,
            at: w.now(),
        };
        w.insert(&ticket).await?;
        let w = w.standing_in(w.call().clone(), order.street_id, w.now());
        w.record(
            "order:ticket",
            order.wire_id(),
            json!({ "channel": ticket.channel, "number": ticket.external_number }),
        );
        Ok(())
    }
}

/// The ticket of a street under its number.
///
/// # Errors
/// What the store answers.
pub(super) async fn by_number(
    r: &Tx,
    street: i64,
    channel: &str,
    number: &str,
) -> Result<Option<Ticket>, Error> {
    Ok(r.opt(&BY_NUMBER, &vals![street, channel, number]).await?)
}

/// What came with an order, if it came from outside.
///
/// # Errors
/// What the store answers.
pub(crate) async fn ticket_of(r: &Tx, order: &Order) -> Result<Option<Ticket>, Error> {
    match order.source {
        Source::Hotline | Source::PlaceEvent => Ok(r.find(&vals![order.street_id, order.id]).await?),
        _ => Ok(None),
    }
}

/// Whether the caller of an order may be named only to the command centre.
///
/// # Errors
/// What the store answers.
pub(crate) async fn is_confidential(r: &Tx, order: &Order) -> Result<bool, Error> {
    Ok(ticket_of(r, order).await?.is_some_and(|ticket| ticket.confidential))
}

/// Of a street's orders from one id to another, those that came in confidence.
///
/// # Errors
/// What the store answers.
pub async fn confidential(r: &Tx, street: i64, first: i64, last: i64) -> Result<HashSet<i64>, Error> {
    let found: Vec<(i64,)> = r.query(&CONFIDENTIAL, &vals![street, first, last]).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
