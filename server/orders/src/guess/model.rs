//! The model that guesses now.

use classifier::{Measure, Model};
use platform::{Error, Millis, Read, Snapshot};
use store::{sql, table};

table! {
    /// What was learned once; the text of older ones is dropped, what was measured stays.
    pub(super) struct ModelRow in "guess_models" key 1 {
        pub id: i64,
        pub trained_at: Millis,
        pub trained_by: Option<i64>,
        /// The cases that it learned from.
        pub documents: i64,
        pub measure: String,
        pub body: String,
    }
}

sql! {
    NEWEST: ModelRow = "ORDER BY id DESC LIMIT 1";
}

/// The newest model, if there were enough cases to make one.
pub(super) struct Guesser {
    pub known: Option<Known>,
}

/// A model with what is known about it.
pub(super) struct Known {
    pub model: Model,
    pub measure: Measure,
    pub trained_at: Millis,
}

impl Snapshot for Guesser {
    const NAME: &'static str = "orders.guesser";

    async fn load(r: Read) -> Result<Self, Error> {
        let row: Option<ModelRow> = r.opt(&NEWEST, &[]).await?;
        let known = row.map(|row| {
            Ok::<_, Error>(Known {
                model: serde_json::from_str(&row.body).map_err(Error::internal)?,
                measure: serde_json::from_str(&row.measure).map_err(Error::internal)?,
                trained_at: row.trained_at,
            })
        });
        Ok(Self { known: known.transpose()? })
    }
}
