//! A look as the resident reads it: which office and post, for what, what they saw; never a name.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use orders::OrderId;
use platform::posts::Post;
use platform::systems::System;
use platform::{App, Error, Millis, Read, Text};
use registry::delay::TOLD_FROM;
use registry::look::{LookId, LookRow};
use registry::myself::{hidden, looks};
use registry::purpose::{PURPOSES, Purpose};
use registry::{Correction, Group, How, corrections_of};
use serde::Serialize;
use store::vals;
use utoipa::ToSchema;

use super::me::Me;

/// The most looks that go into a copy.
const COPY_MOST: usize = 100_000;

/// One look at the resident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineLook {
    #[schema(value_type = String)]
    pub id: LookId,
    pub at: Millis,
    pub how: How,
    pub how_name: Text,
    /// The office, or the system, that looked.
    pub office: Text,
    /// The post that looked; its holder is not named here.
    pub post: Option<Text>,
    /// Absent where the look was about somebody else of the household: that matter is theirs.
    pub purpose: Option<Text>,
    pub basis: Option<Text>,
    pub about: Option<String>,
    /// Why it was shown in clear.
    pub reason: Option<String>,
    /// Groups of fields that were seen.
    pub fields: Vec<Text>,
    /// The number of the question that the resident asked about it.
    pub question: Option<String>,
}

/// A purpose in plain words, for the copy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MinePurpose {
    pub word: String,
    pub name: Text,
    pub basis: Text,
}

/// Looks with what is told of the hidden ones.
pub(super) struct Told {
    pub looks: Vec<MineLook>,
    pub delayed: Option<usize>,
}

/// What looks are told with: who was in which post, which questions were asked.
pub(super) struct Teller {
    areas: Arc<areas::Directory>,
    posts: HashMap<i64, Option<Post>>,
    systems: HashMap<i64, Option<System>>,
    questions: HashMap<i64, String>,
}

impl Teller {
    pub(super) async fn new(r: &Read, me: &Me, areas: Arc<areas::Directory>) -> Result<Self, Error> {
        let mut questions = HashMap::new();
        for (street, id) in &me.selves {
            let asked = corrections_of(r, *street, *id).await?;
            questions.extend(
                asked.into_iter().filter_map(|Correction { look_id, number, .. }| Some((look_id?, number))),
            );
        }
        Ok(Self { areas, posts: HashMap::new(), systems: HashMap::new(), questions })
    }

    async fn post(&mut self, r: &Read, look: &LookRow) -> Result<Option<Post>, Error> {
        let Some(id) = look.post_id else { return Ok(None) };
        if let Some(known) = self.posts.get(&id) {
            return Ok(known.clone());
        }
        let post: Option<Post> = r.find(&vals![id]).await?;
        self.posts.insert(id, post.clone());
        Ok(post)
    }

    async fn system(&mut self, r: &Read, look: &LookRow) -> Result<Option<System>, Error> {
        let Some(id) = look.system_id else { return Ok(None) };
        if let Some(known) = self.systems.get(&id) {
            return Ok(known.clone());
        }
        let system: Option<System> = r.find(&vals![id]).await?;
        self.systems.insert(id, system.clone());
        Ok(system)
    }

    pub(super) async fn tell(&mut self, r: &Read, look: &LookRow) -> Result<MineLook, Error> {
        let post = self.post(r, look).await?;
        let system = self.system(r, look).await?;
        let office = match (&post, &system) {
            (Some(post), _) => Text::owned(post.place_zh.clone(), post.place_en.clone()),
            (None, Some(system)) => Text::owned(system.name.clone(), system.name.clone()),
            (None, None) => self.areas.name(look.street_id),
        };
        let is_mine = look.how != How::Household;
        let purpose = Purpose::named(&look.purpose).filter(|_| is_mine);
        let about = match look.about.as_deref().filter(|_| is_mine) {
            Some(about) => Some(matter(r, about).await?),
            None => None,
        };
        let fields = look.fields.split(' ').filter_map(|word| Group::from_str(word).ok());
        Ok(MineLook {
            id: LookId::new(look.street_id, look.id),
            at: look.at,
            how: look.how,
            how_name: look.how.name(),
            office,
            post: post.map(|post| Text::owned(post.title_zh, post.title_en)),
            purpose: purpose.map(Purpose::name),
            basis: purpose.map(Purpose::basis),
            about,
            reason: look.reason.clone().filter(|_| is_mine),
            fields: fields.map(Group::name).collect(),
            question: self.questions.get(&look.id).cloned(),
        })
    }
}

/// A case by the number that people know, anything else as it was written.
async fn matter(r: &Read, about: &str) -> Result<String, Error> {
    let Ok(id) = about.parse::<OrderId>() else { return Ok(about.to_owned()) };
    let order = orders::find(r, id.street, id.id).await?;
    Ok(order.map_or_else(|| about.to_owned(), |order| order.number))
}

/// How many looks are hidden, once they are enough to say nothing of any one of them.
pub(super) async fn delayed(r: &Read, me: &Me) -> Result<Option<usize>, Error> {
    let count = hidden(r, &me.selves, r.now()).await?;
    Ok(Some(count).filter(|count| *count >= TOLD_FROM))
}

/// Every look that may be shown now, for the copy.
///
/// # Errors
/// What the store answers.
pub(super) async fn all(app: &App, me: &Me) -> Result<Told, Error> {
    let areas = app.snapshot::<areas::Directory>().await?;
    let me = me.clone();
    app.read(move |r| async move {
        let rows = looks(&r, &me.selves, i64::MAX, COPY_MOST, r.now()).await?.shown;
        let mut teller = Teller::new(&r, &me, areas).await?;
        let mut told = Vec::with_capacity(rows.len());
        for row in &rows {
            told.push(teller.tell(&r, row).await?);
        }
        Ok(Told { looks: told, delayed: delayed(&r, &me).await? })
    })
    .await
}

/// What each purpose means.
pub(super) fn purposes() -> Vec<MinePurpose> {
    let told =
        |one: &Purpose| MinePurpose { word: one.word.to_owned(), name: one.name(), basis: one.basis() };
    PURPOSES.iter().map(told).collect()
}
