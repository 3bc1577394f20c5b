//! The program: what every room may lean on.

use std::collections::HashMap;
use std::sync::Arc;

use store::Store;

use crate::admission::Admission;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Error;
use crate::events::Hub;
use crate::files::Files;
use crate::ids::Ids;
use crate::jobs::Handler;
use crate::limits::Limiters;
use crate::policy::Policy;
use crate::secret::Chance;
use crate::sessions::Recent;
use crate::snapshot::Snapshots;
use crate::vault::Vault;

/// One running program. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is assembled from.
pub struct Parts {
    pub config: Config,
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
    pub ids: Ids,
    pub policy: Policy,
    pub vault: Vault,
    pub files: Files,
    pub hub: Hub,
    pub recent: Recent,
    pub snapshots: Snapshots,
    pub limiters: Limiters,
    pub admission: Admission,
    /// Who does which kind of job.
    pub jobs: HashMap<&'static str, Handler>,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The database, for migrations and housekeeping; rooms use the two doors.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The only source of the present moment.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The only source of randomness.
    pub fn chance(&self) -> &Chance {
        &self.0.chance
    }

    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub fn files(&self) -> &Files {
        &self.0.files
    }

    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.0.recent
    }

    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    pub fn limiters(&self) -> &Limiters {
        &self.0.limiters
    }

    /// The places of the calls that are worked on at once.
    pub fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(crate) fn handler(&self, kind: &str) -> Option<&Handler> {
        self.0.jobs.get(kind)
    }

    /// The district's code, under which what all streets share is recorded.
    pub fn district(&self) -> i64 {
        self.config().district.code
    }

    /// Runs work that would hold up other requests, such as hashing a password, on a thread of its own.
    ///
    /// # Errors
    /// [`Error::Internal`] when the work panics.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(Error::internal)
    }
}
