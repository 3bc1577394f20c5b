//! What may leave for the owner of a source: values of fields that its contract names, while it is in force. Without a
//! contract nothing leaves (政务数据共享条例 art. 25: bound to its purpose).

use platform::{Error, Millis, Text};
use registry::Source;
use registry::survive::Field;
use store::Tx;

use crate::columns::covered;
use crate::source::{self, must_be_in_force};

/// A contract that is in force. A [`super::Letter`] cannot be written without one.
pub(crate) struct Contract {
    fields: Vec<String>,
}

impl Contract {
    /// The contract with a source, today.
    ///
    /// # Errors
    /// [`Error::Conflict`] saying that it ended; [`Error::Missing`] without such a source.
    pub async fn with(tx: &Tx, district: i64, source: &str, now: Millis) -> Result<Self, Error> {
        let found = source::find(tx, district, source).await?.ok_or(Error::Missing("source"))?;
        Self::of(&found, now)
    }

    fn of(source: &Source, now: Millis) -> Result<Self, Error> {
        must_be_in_force(source, now)?;
        Ok(Self { fields: source::fields(source)? })
    }

    /// Refuses a field that the contract does not name.
    ///
    /// # Errors
    /// [`Error::Conflict`] saying so.
    pub fn must_cover(&self, field: Field) -> Result<(), Error> {
        if covered(&field.to_string(), &self.fields) {
            return Ok(());
        }
        let name = field.name();
        Err(Error::conflict(Text::owned(
            format!("与该来源的数据共享合同不含“{}”，不能送出", name.zh),
            format!("the contract with this source does not cover “{}”: it may not leave", name.en),
        )))
    }
}
