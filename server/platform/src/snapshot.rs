//! Read-models kept in memory: small shared data that nearly every request asks for, such as the areas.
//!
//! A snapshot is loaded once and served until a change outdates it: at once in the process that made the change,
//! within [`TRUST_MS`] in others, which compare a revision that the change raised in its own transaction.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use store::{sql, vals};

use crate::app::App;
use crate::clock::Millis;
use crate::door::{Read, Write};
use crate::error::Error;

/// How long a process serves a snapshot before it looks whether another process outdated it.
const TRUST_MS: i64 = 2_000;

/// A read-model that is loaded whole.
pub trait Snapshot: Send + Sync + Sized + 'static {
    /// The name under which changes are counted.
    const NAME: &'static str;
    /// # Errors
    /// What the store answers.
    fn load(r: Read) -> impl Future<Output = Result<Self, Error>> + Send;
}

sql! {
    REVISION = "SELECT value FROM revisions WHERE name = $1";
    RAISE = "INSERT INTO revisions (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = revisions.value + 1";
}

/// The snapshots of this process.
#[derive(Default)]
pub struct Snapshots(Mutex<HashMap<TypeId, Slot>>);

#[derive(Clone, Default)]
struct Slot {
    value: Option<Arc<dyn Any + Send + Sync>>,
    revision: i64,
    looked_at: Millis,
    /// Raised by every change of this process, so that a load that began before it is not kept.
    generation: u64,
}

impl Snapshots {
    fn slot(&self, of: TypeId) -> Slot {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&of).cloned().unwrap_or_default()
    }

    fn keep(&self, of: TypeId, fresh: Slot) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = all.entry(of).or_default();
        if slot.generation == fresh.generation {
            *slot = fresh;
        }
    }

    pub(crate) fn outdate(&self, of: TypeId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = all.entry(of).or_default();
        slot.value = None;
        slot.generation += 1;
    }
}

impl App {
    /// The present state of a read-model.
    ///
    /// # Errors
    /// What loading it answers.
    pub async fn snapshot<T: Snapshot>(&self) -> Result<Arc<T>, Error> {
        let (of, now) = (TypeId::of::<T>(), self.clock().now());
        let slot = self.snapshots().slot(of);
        let known = slot.value.clone().and_then(|value| value.downcast::<T>().ok());
        if let Some(known) = &known
            && now.0 - slot.looked_at.0 < TRUST_MS
        {
            return Ok(known.clone());
        }
        let (revision, value) = self
            .read(move |r| async move {
                let revision: Option<(i64,)> = r.opt(&REVISION, &vals![T::NAME]).await?;
                let revision = revision.map_or(0, |(value,)| value);
                match known.filter(|_| slot.revision == revision) {
                    Some(known) => Ok((revision, known)),
                    None => Ok((revision, Arc::new(T::load(r).await?))),
                }
            })
            .await?;
        let fresh =
            Slot { value: Some(value.clone()), revision, looked_at: now, generation: slot.generation };
        self.snapshots().keep(of, fresh);
        Ok(value)
    }
}

impl App {
    /// Lets this process load a read-model anew: for one that follows what many write at some distance.
    pub fn forget<T: Snapshot>(&self) {
        self.snapshots().outdate(TypeId::of::<T>());
    }
}

impl Write {
    /// Says that this change makes a read-model old; it is loaded anew once the change is durable.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn outdates<T: Snapshot>(&self) -> Result<(), Error> {
        self.exec(&RAISE, &vals![T::NAME]).await?;
        self.outdate_after(TypeId::of::<T>());
        Ok(())
    }
}
