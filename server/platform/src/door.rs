//! The two doors of the data: every change goes through [`App::write`], every look through [`App::read`].
//!
//! A write carries who asked, when and why; it runs in one transaction and takes its ledger entries and its
//! events with it. A write that leaves no ledger entry is refused and changes nothing.

use std::any::TypeId;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Tx, sql, table, vals};

use crate::app::App;
use crate::call::{Call, Who};
use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::events::Event;
use crate::jobs::Job;
use crate::policy::Thing;

table! {
    /// What the ledger keeps of one act: who, when, what, on what, for which purpose; never a personal field.
    pub struct LedgerRow in "ledger_entries" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub at: Millis,
        pub account_id: Option<i64>,
        pub post_id: Option<i64>,
        pub action: String,
        pub subject: String,
        pub purpose: Option<String>,
        pub request: String,
        pub detail: String,
        /// The place in the street's log, given by the sequencer.
        pub leaf: Option<i64>,
    }
}

table! {
    /// The remembered answer of a create, so that a second click is the same click.
    struct Answer in "answers" key 2 { street_id: i64, id: i64, asked: Vec<u8>, body: String, at: Millis }
}

impl Answer {
    fn repeat<T: DeserializeOwned>(&self, asked: &[u8]) -> Result<T, Error> {
        if self.asked != asked {
            let text =
                Text::new("同一个幂等键已用于另一项内容", "this idempotency key was used for something else");
            return Err(Error::conflict(text));
        }
        serde_json::from_str(&self.body).map_err(Error::internal)
    }
}

sql! {
    /// Raises a counter and reads it in one statement; a new counter starts at one.
    NEXT_VALUE = "INSERT INTO counters (street_id, id, value) VALUES ($1, $2, 1)
        ON CONFLICT (street_id, id) DO UPDATE SET value = counters.value + 1 RETURNING value";
    FORGET_ANSWERS city = "DELETE FROM answers WHERE at < $1";
}

/// For how long the same key is the same click: longer than a phone waits for a network.
const REMEMBERED_MS: i64 = 7 * 86_400_000;

/// One change under way. Cheap to clone; the clones share one transaction, one list of entries and of events.
#[derive(Clone)]
pub struct Write {
    tx: Tx,
    app: App,
    call: Call,
    street: i64,
    now: Millis,
    record: Arc<Mutex<Record>>,
}

#[derive(Default)]
struct Record {
    entries: Vec<LedgerRow>,
    events: Vec<Event>,
    outdated: Vec<TypeId>,
}

impl Deref for Write {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl Write {
    /// The program with its clock, ids and policy.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who asks, and under which request.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The street (or, with six digits, the district) whose log records this change.
    pub fn street(&self) -> i64 {
        self.street
    }

    /// The moment of the change; all its rows carry the same.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// A new time-ordered id.
    pub fn id(&self) -> i64 {
        self.app.ids().next(self.now)
    }

    /// The same transaction, as somebody else, elsewhere, at another moment: how the demo lives ninety days.
    #[must_use]
    pub fn standing_in(&self, call: Call, street: i64, now: Millis) -> Self {
        Self { call, street, now, ..self.clone() }
    }

    /// The next value of a counter of this street.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn next_value(&self, counter: i64) -> Result<i64, Error> {
        let (value,): (i64,) = self.tx.one(&NEXT_VALUE, &vals![self.street, counter]).await?;
        Ok(value)
    }

    /// Enters an act into the ledger and gives the entry's id. `detail` holds ids, states and versions, never a personal
    /// field.
    pub fn record(&self, action: &str, subject: impl ToString, mut detail: serde_json::Value) -> i64 {
        let (account_id, post_id) = match &self.call.who {
            Who::Post(caller) => (Some(caller.account), Some(caller.post.id)),
            Who::Account(account) => (Some(*account), None),
            Who::Visitor | Who::System(_) | Who::Program(_) => (None, None),
        };
        if let (Who::System(system), Some(told)) = (&self.call.who, detail.as_object_mut()) {
            told.insert("system".to_owned(), json!(system.wire_id()));
        }
        let id = self.id();
        let entry = LedgerRow {
            street_id: self.street,
            id,
            at: self.now,
            account_id,
            post_id,
            action: action.to_owned(),
            subject: subject.to_string(),
            purpose: self.call.purpose.clone(),
            request: self.call.request.to_string(),
            detail: detail.to_string(),
            leaf: None,
        };
        self.locked(|record| record.entries.push(entry));
        id
    }

    /// Tells those who watch this street, once the change is durable.
    pub fn announce(&self, kind: &str, subject: impl ToString, area: i64, body: &impl Serialize) {
        let event = Event {
            street_id: self.street,
            id: self.id(),
            at: self.now,
            kind: kind.to_owned(),
            subject: subject.to_string(),
            area,
            body: json!(body).to_string(),
        };
        self.locked(|record| record.events.push(event));
    }

    /// Leaves work for later; it starts no sooner than the change is durable.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn enqueue(&self, kind: &str, body: &impl Serialize, due_at: Millis) -> Result<(), Error> {
        let job = Job {
            street_id: self.street,
            id: self.id(),
            kind: kind.to_owned(),
            body: json!(body).to_string(),
            due_at,
            tries: 0,
            held_until: Millis(0),
            problem: None,
        };
        Ok(self.tx.insert(&job).await?)
    }

    /// Refuses what the post in use may not do; the program itself may do what its jobs and commands need.
    ///
    /// # Errors
    /// [`Error::Forbidden`], or [`Error::Unauthenticated`] without a post.
    pub fn require(&self, action: &str, thing: &Thing) -> Result<(), Error> {
        match &self.call.who {
            Who::Post(caller) => self.app.policy().require(caller, action, thing, self.now),
            Who::System(system) => system.require(action, thing),
            Who::Program(_) => Ok(()),
            Who::Account(_) | Who::Visitor => Err(Error::Unauthenticated),
        }
    }

    pub(crate) fn outdate_after(&self, snapshot: TypeId) {
        self.locked(|record| record.outdated.push(snapshot));
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Record) -> T) -> T {
        work(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Leaves entries and events as the last rows of the transaction.
    fn finish(&self) -> Result<Record, Error> {
        let mut record = self.locked(std::mem::take);
        let entries = std::mem::take(&mut record.entries);
        if entries.is_empty() {
            return Err(Error::internal("a change left no ledger entry"));
        }
        entries.iter().for_each(|entry| self.tx.insert_later(entry));
        record.events.iter().for_each(|event| self.tx.insert_later(event));
        Ok(record)
    }
}

/// One look at the data, on a steady view.
#[derive(Clone)]
pub struct Read {
    tx: Tx,
    now: Millis,
}

impl Deref for Read {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl Read {
    /// The moment of the look: lights and remaining times are computed for it.
    pub fn now(&self) -> Millis {
        self.now
    }
}

impl App {
    /// Runs a verb in one durable transaction, in the name of `call`, recorded in `street`'s ledger.
    ///
    /// # Errors
    /// What the verb answers; an internal error when it leaves no ledger entry. Either way nothing changed.
    pub async fn write<T, F, W>(&self, call: &Call, street: i64, verb: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Write) -> W + Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (app, call, now) = (self.clone(), call.clone(), self.clock().now());
        let work = self.store().write(move |tx| async move {
            let write = Write { tx, app, call, street, now, record: Arc::default() };
            let value = verb(write.clone()).await?;
            Ok::<_, Error>((value, write.finish()?))
        });
        let (value, record) = work.await?;
        record.outdated.into_iter().for_each(|snapshot| self.snapshots().outdate(snapshot));
        self.hub().publish(record.events);
        Ok(value)
    }

    /// Like [`App::write`], but a call that carries an `Idempotency-Key` is done once: its repetition is
    /// answered with the first answer, and the same key with another body is refused.
    ///
    /// # Errors
    /// As [`App::write`]; a conflict when the key was used for something else.
    pub async fn once<T, F, W>(
        &self,
        call: &Call,
        street: i64,
        body: &impl Serialize,
        verb: F,
    ) -> Result<T, Error>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnOnce(Write) -> W + Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let Some(key) = call.key else { return self.write(call, street, verb).await };
        // Keyed: a bare hash of a body that names a phone number would let that number be found by trying all.
        let body = serde_json::to_vec(body).map_err(Error::internal)?;
        let asked = self.vault().index("answers.asked", &HEXLOWER.encode(&Sha256::digest(body))).to_vec();
        let first = asked.clone();
        let done = self.write(call, street, move |w| async move {
            let value = verb(w.clone()).await?;
            let body = serde_json::to_string(&value).map_err(Error::internal)?;
            w.insert_later(&Answer { street_id: street, id: key, asked: first, body, at: w.now() });
            Ok(value)
        });
        match done.await {
            Err(Error::Busy) => Err(Error::Busy),
            // A second click cannot be written: its key is taken, if what the first did has not made it impossible
            // before. Only then is the first answer looked for, so that first clicks need no look.
            Err(refused) => match self.answer(street, key).await? {
                Some(answer) => answer.repeat(&asked),
                None => Err(refused),
            },
            done => done,
        }
    }

    async fn answer(&self, street: i64, key: i64) -> Result<Option<Answer>, Error> {
        self.read(move |r| async move { Ok(r.find::<Answer>(&vals![street, key]).await?) }).await
    }

    /// Forgets the answers whose repetition nobody waits for any more.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn sweep_answers(&self) -> Result<u64, Error> {
        let before = self.clock().now().plus(-REMEMBERED_MS);
        Ok(self
            .store()
            .write(move |tx| async move { tx.exec(&FORGET_ANSWERS, &vals![before]).await })
            .await?)
    }

    /// Runs a look on a steady view of the data.
    ///
    /// # Errors
    /// What the look answers.
    pub async fn read<T, F, W>(&self, look: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Read) -> W + Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let now = self.clock().now();
        self.store().read(move |tx| look(Read { tx, now })).await
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy => Self::Busy,
            store::Error::Stale | store::Error::Duplicate(_) => Self::conflict(Text::new(
                "内容刚被他人修改，请刷新后重试",
                "someone changed it just now; refresh and try again",
            )),
            other => Self::internal(other),
        }
    }
}
