//! `/public/mine` on the wire: everything that is known of a resident, each value with where it came from.

use axum::extract::State;
use platform::{App, Error, Json, Millis, Read, Text};
use registry::look::pseudonym;
use registry::mask::MaskedName;
use registry::myself::{housemates, residences};
use registry::survive::{Choice, Field, Rules, survive};
use registry::{Heard, OPEN, Resident, ResidentId, ResidentState, Sex, Sources, records_of};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::me::Me;

/// A value with its story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineField {
    pub field: Field,
    pub name: Text,
    pub value: Text,
    pub source: Text,
    /// When the source says that it was updated, `YYYY-MM-DD`.
    pub said_on: Option<String>,
    /// Why this value and not another.
    pub rule: Text,
    pub rivals: Vec<MineRival>,
}

/// What another source says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineRival {
    pub value: Text,
    pub source: Text,
    pub said_on: Option<String>,
}

/// A dwelling that the register ties to the resident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineResidence {
    pub address: String,
    pub kind: Text,
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The day after the last; absent while it lasts.
    pub to: Option<String>,
    pub source: Text,
}

/// Somebody of the same household, masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineMate {
    pub name: MaskedName,
    /// What they are to the head of the household.
    pub relation: Text,
}

/// Everything that is known, to the person alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Mine {
    #[schema(value_type = String)]
    pub id: ResidentId,
    /// Under which name the ledger knows this person.
    pub ledger_name: String,
    pub street: Text,
    pub state: ResidentState,
    pub state_name: Text,
    /// In the register since.
    pub since: String,
    pub fields: Vec<MineField>,
    pub residences: Vec<MineResidence>,
    pub household: Vec<MineMate>,
    /// The code in force was handed out, and opens until.
    pub code_issued_at: Millis,
    pub code_expires_at: Millis,
    pub now: Millis,
}

/// What people call a relation to the head of a household (GB/T 4761).
fn relation(code: &str) -> Text {
    match code.chars().next() {
        Some('0') if code == "02" => Text::new("户主", "head of the household"),
        Some('1') => Text::new("配偶", "spouse"),
        Some('2') => Text::new("子", "son"),
        Some('3') => Text::new("女", "daughter"),
        Some('4') => Text::new("孙辈", "grandchild"),
        Some('5') => Text::new("父母", "parent"),
        Some('6') => Text::new("祖父母", "grandparent"),
        Some('7') => Text::new("兄弟姐妹", "brother or sister"),
        _ => Text::new("其他", "other"),
    }
}

/// A value in its normal form as people read it.
fn told(field: Field, value: &str) -> Text {
    match (field, value.parse::<Sex>()) {
        (Field::Sex, Ok(sex)) => sex.name(),
        _ => Text::owned(value, value),
    }
}

fn field(choice: Choice, sources: &Sources) -> MineField {
    let rivals = choice.rivals.iter().map(|rival| MineRival {
        value: told(choice.field, &rival.value),
        source: sources.name(&rival.source),
        said_on: rival.said_on.clone(),
    });
    MineField {
        field: choice.field,
        name: choice.field.name(),
        value: told(choice.field, &choice.value),
        source: sources.name(&choice.source),
        rule: choice.rule.name(),
        rivals: rivals.collect(),
        said_on: choice.said_on,
    }
}

/// Everything about a resident, as known now.
///
/// # Errors
/// What the store and the vault answer.
pub(super) async fn mine(app: &App, me: &Me) -> Result<Mine, Error> {
    let (asking, resident) = (app.clone(), me.resident.clone());
    let read = app.read(move |r| async move { read(&asking, &r, &resident).await });
    let (fields, residences, household) = read.await?;
    let street = app.snapshot::<areas::Directory>().await?.name(me.resident.street_id);
    Ok(Mine {
        id: me.resident.wire_id(),
        ledger_name: pseudonym(app, me.resident.street_id, me.resident.id),
        street,
        state: me.resident.state,
        state_name: me.resident.state.name(),
        since: me.resident.since.clone(),
        fields,
        residences,
        household,
        code_issued_at: me.key.issued_at,
        code_expires_at: me.key.expires_at,
        now: app.clock().now(),
    })
}

type Parts = (Vec<MineField>, Vec<MineResidence>, Vec<MineMate>);

async fn read(app: &App, r: &Read, resident: &Resident) -> Result<Parts, Error> {
    let (street, id) = (resident.street_id, resident.id);
    let sources = Sources::of(r, app.district()).await?;
    let records = records_of(r, street, id).await?;
    let choices = survive(&Heard::open(app, &records, &sources)?.voices(), &Rules::default());
    let fields = choices.into_iter().map(|choice| field(choice, &sources)).collect();
    let residences =
        residences(r, street, id).await?.into_iter().map(|(residence, dwelling)| MineResidence {
            address: dwelling.address,
            kind: residence.kind.name(),
            from: residence.valid_from,
            to: Some(residence.valid_to).filter(|day| day != OPEN),
            source: sources.name(&residence.source),
        });
    let residences = residences.collect();
    let today = r.now().beijing_date().to_string();
    let mates = housemates(r, street, id, &today).await?;
    let household = mates.into_iter().map(|(member, mate)| MineMate {
        name: MaskedName::of(&mate.name),
        relation: relation(&member.relation),
    });
    Ok((fields, residences, household.collect()))
}

/// Shows residents what is known of them.
#[utoipa::path(get, path = "/public/mine", tag = "mine",
    params(("Wangge-Resident" = String, Header, description = "the pass")), responses((status = 200, body = Mine)))]
async fn show(State(app): State<App>, me: Me) -> Result<Json<Mine>, Error> {
    mine(&app, &me).await.map(Json)
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_read_by_their_group() {
        let zh = |code: &str| relation(code).zh.into_owned();
        assert_eq!([zh("02"), zh("10"), zh("21"), zh("35"), zh("51")], ["户主", "配偶", "子", "女", "父母"]);
        assert_eq!([zh("01"), zh("99"), zh("")], ["其他", "其他", "其他"]);
    }

    #[test]
    fn a_sex_is_read_in_words_and_everything_else_as_it_is() {
        assert_eq!(told(Field::Sex, "female").zh, "女");
        assert_eq!(told(Field::Phone, "13800005678").en, "13800005678");
    }
}
