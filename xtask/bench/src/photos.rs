//! The photos that resolutions show. A photo can be cited once, so a stock of them is laid in before the lives run:
//! a life measures steps, and what a picture costs is a row of its own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::client::{Ask, Client};
use crate::load::{self, Outcome, Work};
use crate::people::{People, Person};

const PICTURE: &[u8] = include_bytes!("picture.png");
const HEAD: &[u8] = b"--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"after.png\"\r\n\
    Content-Type: image/png\r\n\r\n";
const TAIL: &[u8] = b"\r\n--part--\r\n";

/// Ids of photos that are uploaded and not yet cited.
#[derive(Clone, Default)]
pub struct Photos(Arc<Mutex<Vec<String>>>);

#[derive(Deserialize)]
struct Stored {
    id: String,
}

impl Photos {
    /// Lays in as many as can be uploaded in `time`.
    ///
    /// # Errors
    /// When no upload succeeded.
    pub async fn lay_in(&self, address: &str, people: &Arc<People>, time: Duration) -> Result<Outcome> {
        let mut workers = Vec::new();
        for _ in 0..64 {
            let client = Client::connect(address).await?;
            workers.push(Laying { client, people: Arc::clone(people), photos: self.clone() });
        }
        load::run(workers, time).await
    }

    /// One from the stock, or, when it is used up, one uploaded now.
    ///
    /// # Errors
    /// When the server refuses the upload.
    pub async fn take(&self, client: &mut Client, who: &Person) -> Result<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match kept {
            Some(id) => Ok(id),
            None => upload(client, who).await,
        }
    }
}

struct Laying {
    client: Client,
    people: Arc<People>,
    photos: Photos,
}

impl Work for Laying {
    async fn once(&mut self) -> Result<()> {
        let id = upload(&mut self.client, &self.people.handler).await?;
        self.photos.0.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        Ok(())
    }
}

async fn upload(client: &mut Client, who: &Person) -> Result<String> {
    let body = [HEAD, PICTURE, TAIL].concat();
    let ask = Ask {
        method: "POST",
        path: "/api/v1/files",
        cookie: Some(&who.cookie),
        media_type: Some("multipart/form-data; boundary=part"),
        body: &body,
        ..Ask::default()
    };
    Ok(client.ask(ask).await?.json::<Stored>().context("POST /files")?.id)
}
