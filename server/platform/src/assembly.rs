//! From a configuration to a running program's parts.

use std::path::Path;

use store::Store;

use crate::admission::Admission;
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Error;
use crate::events::Hub;
use crate::files::Files;
use crate::ids::Ids;
use crate::limits::Limiters;
use crate::policy::Policy;
use crate::room::{Room, migrations};
use crate::secret::Chance;
use crate::sessions::Recent;
use crate::snapshot::Snapshots;
use crate::vault::Vault;

/// Opens the data, brings its tables up to date and puts the parts together.
///
/// # Errors
/// [`Error::Internal`] naming what cannot be opened.
pub async fn assemble(config: Config, clock: Clock, chance: Chance, rooms: &[Room]) -> Result<App, Error> {
    let folder = config.data.dir.clone();
    make_private(&folder)?;
    let store = Store::open(&config.store()).await?;
    store.migrate(&migrations(rooms), clock.now().0).await?;
    let process = u8::try_from(config.server.process).map_err(Error::internal)?;
    Ok(App::new(Parts {
        policy: Policy::load()?,
        vault: Vault::open_folder(&folder, &config.vault.algorithm, &chance).map_err(Error::internal)?,
        files: Files::open(folder.join("files"))?,
        hub: Hub::default(),
        recent: Recent::default(),
        snapshots: Snapshots::default(),
        limiters: Limiters::new(&config.limits),
        admission: Admission::new(config.server.at_once),
        ids: Ids::new(process),
        jobs: rooms.iter().flat_map(|room| room.jobs.iter().cloned()).collect(),
        store,
        clock,
        chance,
        config,
    }))
}

/// Makes the data folder if need be, for the program's own user alone.
fn make_private(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    let fail = |error: std::io::Error| Error::internal(format!("{}: {error}", folder.display()));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fail)
}
