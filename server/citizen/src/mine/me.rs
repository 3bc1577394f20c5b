//! Who reads their own page: the header `Wangge-Resident`, checked against the code that is in force.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use platform::{App, Call, Error};
use registry::myself::{Own, selves};
use registry::{Resident, ResidentKey};
use store::vals;

use super::pass::{HEADER, read};
use crate::visitor::Visitor;

/// A resident who has signed in.
#[derive(Clone)]
pub(super) struct Me {
    pub call: Call,
    pub resident: Resident,
    pub key: ResidentKey,
    /// Every row that is this person.
    pub selves: Vec<Own>,
}

impl FromRequestParts<App> for Me {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Visitor { call, .. } = Visitor::from_request_parts(parts, app).await?;
        let shown = parts.headers.get(HEADER).and_then(|value| value.to_str().ok()).and_then(read);
        let shown = shown.ok_or(Error::Unauthenticated)?;
        let id = shown.resident;
        let areas = app.snapshot::<areas::Directory>().await?;
        let look = app.read(move |r| async move {
            let key: Option<ResidentKey> = r.find(&vals![id.street, id.id]).await?;
            let resident: Option<Resident> = r.find(&vals![id.street, id.id]).await?;
            let Some((key, resident)) = key.zip(resident) else { return Ok(None) };
            let selves = selves(&r, &resident, areas.streets()).await?;
            Ok(Some((key, resident, selves)))
        });
        let (key, resident, selves) = look.await?.ok_or(Error::Unauthenticated)?;
        match shown.opens(app, &key, app.clock().now()) {
            true => Ok(Self { call, resident, key, selves }),
            false => Err(Error::Unauthenticated),
        }
    }
}
