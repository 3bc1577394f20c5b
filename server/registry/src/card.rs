//! Somebody's card, masked: what stands, who says so, how many say otherwise, and where they live and lived.

use areas::Directory as Areas;
use platform::{App, Error, Lang, Millis, Text, Write};
use serde::Serialize;
use store::{row, sql, try_join_all, vals};
use utoipa::ToSchema;

use crate::days::day_of;
use crate::derive::{Heard, records_of};
use crate::household::{HouseholdId, Member};
use crate::look::{self, Asked};
use crate::mask::{MaskedAddress, MaskedBirth, MaskedId, MaskedName, MaskedPhone};
use crate::place::{BuildingId, DwellingId};
use crate::record::Record;
use crate::residence::ResidenceId;
use crate::resident::{Resident, ResidentId};
use crate::sources::Sources;
use crate::survive::{Field, Rule, Rules, survive};
use crate::words::{Group, How, ResidenceKind, ResidentState};

row! {
    /// One belief about one residence, with its place.
    struct Stay {
        id: i64,
        kind: ResidenceKind,
        valid_from: String,
        valid_to: String,
        known_from: Millis,
        source: String,
        dwelling_id: i64,
        address: String,
        building_id: i64,
        estate: String,
        building: String,
    }
}

sql! {
    STAYS = "SELECT r.id, r.kind, r.valid_from, r.valid_to, r.known_from, r.source, d.id, d.address, b.id, b.estate, b.name
        FROM residences r JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
        JOIN buildings b ON b.street_id = d.street_id AND b.id = d.building_id
        WHERE r.street_id = $1 AND r.resident_id = $2 AND r.known_to IS NULL AND r.valid_from < r.valid_to
        ORDER BY r.id DESC LIMIT 100";
    MEMBERSHIP: Member = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL AND valid_from <= $3 AND valid_to > $3
        ORDER BY id DESC LIMIT 1";
    MEMBERS: Member = "WHERE street_id = $1 AND household_id = $2 AND known_to IS NULL AND valid_from <= $3 AND valid_to > $3
        ORDER BY id LIMIT 50";
    HOUSE = "SELECT h.dwelling_id, h.head_id, d.address, b.estate, b.name FROM households h
        JOIN dwellings d ON d.street_id = h.street_id AND d.id = h.dwelling_id
        JOIN buildings b ON b.street_id = d.street_id AND b.id = d.building_id
        WHERE h.street_id = $1 AND h.id = $2 AND h.closed_at IS NULL LIMIT 1";
}

row! {
    struct House { dwelling_id: i64, head_id: Option<i64>, address: String, estate: String, building: String }
}

/// Somebody, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Card {
    pub id: ResidentId,
    pub version: i64,
    pub state: ResidentState,
    /// Since when they are in the register.
    pub since: String,
    pub ended_on: Option<String>,
    /// The street that took them over.
    pub moved_to: Option<Text>,
    pub merged_into: Option<ResidentId>,
    pub area: String,
    pub area_name: Text,
    pub fields: Vec<FieldOut>,
    /// Now and before, the latest first.
    pub residences: Vec<StayOut>,
    pub household: Option<HouseOut>,
}

/// A value, masked, with what stands behind it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldOut {
    pub field: Field,
    /// What is revealed together with it; null for what is shown anyway.
    pub group: Option<Group>,
    pub value: String,
    pub source: Text,
    pub said_on: Option<String>,
    pub known_from: Millis,
    /// The rule by which it stands.
    pub rule: Rule,
    /// How many sources say otherwise.
    pub rivals: usize,
    /// Whether the stated purpose may show it in clear.
    pub revealable: bool,
}

/// A residence.
#[derive(Debug, Serialize, ToSchema)]
pub struct StayOut {
    pub id: ResidenceId,
    pub kind: ResidenceKind,
    pub dwelling: DwellingId,
    pub building: BuildingId,
    /// The dwelling where the purpose covers addresses, else the building.
    pub address: String,
    pub valid_from: String,
    pub valid_to: String,
    pub known_from: Millis,
    pub source: Text,
}

/// Who keeps house together.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseOut {
    pub id: HouseholdId,
    pub dwelling: DwellingId,
    pub address: String,
    pub members: Vec<MemberOut>,
}

/// Somebody of the household, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberOut {
    pub id: ResidentId,
    #[schema(value_type = String)]
    pub name: MaskedName,
    /// GB/T 4761, seen from the head.
    pub relation: String,
    pub head: bool,
}

/// Everything that a card is made of, as it was read.
pub struct Read {
    pub resident: Resident,
    pub records: Vec<Record>,
    sources: Sources,
    stays: Vec<Stay>,
    kept: Option<Kept>,
}

/// A household with everybody in it.
struct Kept {
    id: i64,
    house: House,
    members: Vec<(Resident, Member)>,
}

/// Reads somebody, and leaves the trace: for them, and for those of the household who are listed with them.
///
/// # Errors
/// As [`look::get`].
pub async fn read(w: &Write, asked: &Asked, id: ResidentId) -> Result<Read, Error> {
    let resident = look::get(w, asked, "resident:read", id).await?;
    let key = vals![resident.street_id, resident.id];
    let records = records_of(w, resident.street_id, resident.id).await?;
    let sources = Sources::of(w, w.app().district()).await?;
    let stays = w.query(&STAYS, &key).await?;
    let kept = household(w, &resident).await?;
    let at = w.standing_in(w.call().clone(), resident.street_id, w.now());
    look::leave(&at, asked, &[&resident], How::Read, &SHOWN);
    if let Some(kept) = &kept {
        let others: Vec<&Resident> =
            kept.members.iter().map(|(one, _)| one).filter(|one| one.id != resident.id).collect();
        look::trace(&at, asked, &others, How::Household, &[Group::Name], None);
    }
    Ok(Read { resident, records, sources, stays, kept })
}

/// What a card shows, masked.
const SHOWN: [Group; 6] =
    [Group::Name, Group::Id, Group::Phone, Group::Birth, Group::Address, Group::Household];

async fn household(w: &Write, resident: &Resident) -> Result<Option<Kept>, Error> {
    let (street, day) = (resident.street_id, day_of(w.now()));
    let own: Option<Member> = w.opt(&MEMBERSHIP, &vals![street, resident.id, day.as_str()]).await?;
    let Some(own) = own else { return Ok(None) };
    let house: Option<House> = w.opt(&HOUSE, &vals![street, own.household_id]).await?;
    let Some(house) = house else { return Ok(None) };
    let members: Vec<Member> = w.query(&MEMBERS, &vals![street, own.household_id, day.as_str()]).await?;
    let people = members.iter().map(|member| {
        let id = member.resident_id;
        async move { w.find::<Resident>(&vals![street, id]).await }
    });
    let people = try_join_all(people).await?;
    let members = people.into_iter().zip(members).filter_map(|(one, member)| Some((one?, member))).collect();
    Ok(Some(Kept { id: own.household_id, house, members }))
}

/// What is revealed together with a field.
pub(crate) fn group_of(field: Field) -> Option<Group> {
    match field {
        Field::Name => Some(Group::Name),
        Field::Sex => None,
        Field::IdNo => Some(Group::Id),
        Field::BirthDate => Some(Group::Birth),
        Field::Phone => Some(Group::Phone),
        Field::Address => Some(Group::Address),
    }
}

/// A value as it is shown without a reveal.
pub(crate) fn masked(field: Field, value: &str, lang: Lang) -> String {
    match field {
        Field::Name => MaskedName::of(value).to_string(),
        Field::Sex => match value.parse::<crate::words::Sex>() {
            Ok(sex) => sex.name().in_lang(lang).to_owned(),
            Err(_) => value.to_owned(),
        },
        Field::IdNo => MaskedId::of(value).to_string(),
        Field::BirthDate => MaskedBirth::of(value).to_string(),
        Field::Phone => MaskedPhone::of(value).to_string(),
        Field::Address => MaskedAddress::of(value).to_string(),
    }
}

impl Read {
    /// The card, for a purpose.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn card(self, app: &App, areas: &Areas, asked: &Asked, lang: Lang) -> Result<Card, Error> {
        let shows_address = asked.purpose.groups.contains(&Group::Address);
        let heard = Heard::open(app, &self.records, &self.sources)?;
        let known = |record: i64| self.records.iter().find(|one| one.id == record).map(|one| one.known_from);
        let fields = survive(&heard.voices(), &Rules::default())
            .into_iter()
            .map(|choice| {
                let group = group_of(choice.field);
                FieldOut {
                    field: choice.field,
                    group,
                    value: masked(choice.field, &choice.value, lang),
                    source: self.sources.name(&choice.source),
                    said_on: choice.said_on,
                    known_from: known(choice.record).unwrap_or(self.resident.created_at),
                    rule: choice.rule,
                    rivals: choice.rivals.len(),
                    revealable: group.is_some_and(|group| asked.purpose.groups.contains(&group)),
                }
            })
            .collect();
        let at = |written: &str, estate: &str, building: &str| match shows_address {
            true => written.to_owned(),
            false => MaskedAddress::building(estate, building).to_string(),
        };
        let street = self.resident.street_id;
        let residences = self.stays.iter().map(|stay| StayOut {
            id: ResidenceId::new(street, stay.id),
            kind: stay.kind,
            dwelling: DwellingId::new(street, stay.dwelling_id),
            building: BuildingId::new(street, stay.building_id),
            address: at(&stay.address, &stay.estate, &stay.building),
            valid_from: stay.valid_from.clone(),
            valid_to: stay.valid_to.clone(),
            known_from: stay.known_from,
            source: self.sources.name(&stay.source),
        });
        let household = self.kept.as_ref().map(|Kept { id, house, members }| HouseOut {
            id: HouseholdId::new(street, *id),
            dwelling: DwellingId::new(street, house.dwelling_id),
            address: at(&house.address, &house.estate, &house.building),
            members: members
                .iter()
                .map(|(one, member)| MemberOut {
                    id: one.wire_id(),
                    name: MaskedName::of(&one.name),
                    relation: member.relation.clone(),
                    head: house.head_id == Some(one.id),
                })
                .collect(),
        });
        let resident = &self.resident;
        Ok(Card {
            id: resident.wire_id(),
            version: resident.version,
            state: resident.state,
            since: resident.since.clone(),
            ended_on: resident.ended_on.clone(),
            moved_to: resident.moved_to.map(|street| areas.name(street)),
            merged_into: resident.merged_into.map(|id| ResidentId::new(street, id)),
            area: resident.area.to_string(),
            area_name: areas.name(resident.area),
            fields,
            residences: residences.collect(),
            household,
        })
    }
}
