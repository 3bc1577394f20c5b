//! What the register answers to a column, for a resident as it may be shown, and for a place in numbers.

use areas::{AreaCode, AreaLevel, Directory as Areas};
use platform::{Lang, Text};
use registry::mask::{MaskedBirth, MaskedId, MaskedName, MaskedPhone};
use registry::{Group, IdentifierKind, ResidenceKind, Resident, Usage};

use super::field::Known;
use super::roster::relation;

/// One resident of a form's list, with what belongs to them.
#[derive(Clone, Debug)]
pub struct Person {
    pub resident: Resident,
    pub identity: Option<(IdentifierKind, String)>,
    pub phone: Option<String>,
    pub home: Option<Home>,
    /// The name of the head of their household, and the code of their relation to it.
    pub household: Option<(String, String)>,
}

/// Where somebody lives.
#[derive(Clone, Debug)]
pub struct Home {
    pub tie: ResidenceKind,
    pub since: String,
    pub estate: String,
    pub building: String,
    pub unit: String,
    pub floor: Option<i64>,
    pub room: String,
    pub usage: Usage,
    /// How many live there.
    pub people: i64,
}

/// In what a value is written.
pub struct Writing<'a> {
    pub areas: &'a Areas,
    pub lang: Lang,
    /// `2026-11-30`.
    pub today: &'a str,
    /// Who fills in the form.
    pub community: i64,
    /// Whether the purpose shows where exactly somebody lives.
    pub shows_doors: bool,
    /// Who serves a grid.
    pub workers: &'a dyn Fn(i64) -> Option<String>,
}

impl Writing<'_> {
    fn text(&self, text: &Text) -> String {
        text.in_lang(self.lang).to_owned()
    }

    /// What is known of a place: its names and codes.
    pub fn of_place(&self, field: Known, area: i64) -> Option<String> {
        let at = |level| AreaCode::try_from(area).ok().and_then(|code| code.at(level)).map(AreaCode::value);
        let name = |level| at(level).map(|code| self.text(&self.areas.name(code)));
        match field {
            Known::District => name(AreaLevel::District),
            Known::Street => name(AreaLevel::Street),
            Known::Community => name(AreaLevel::Community),
            Known::CommunityCode => at(AreaLevel::Community).map(|code| code.to_string()),
            Known::Grid => name(AreaLevel::Grid),
            Known::GridCode => at(AreaLevel::Grid).map(|code| code.to_string()),
            Known::GridWorker => at(AreaLevel::Grid).and_then(self.workers),
            Known::FilledOn => Some(self.today.to_owned()),
            Known::FilledBy => Some(self.text(&self.areas.name(self.community))),
            _ => None,
        }
    }

    /// A resident's value as it may be shown without a reveal; empty where the register has none.
    pub fn of_person(&self, field: Known, nth: usize, person: &Person) -> String {
        let resident = &person.resident;
        let home = person.home.as_ref();
        let of_home = |write: fn(&Home) -> String| home.map(write);
        let door = |write: fn(&Home) -> String| home.filter(|_| self.shows_doors).map(write);
        let value = match field {
            Known::Serial => Some((nth + 1).to_string()),
            Known::Name => Some(MaskedName::of(&resident.name).to_string()),
            Known::Sex => Some(self.text(&resident.sex.name())),
            Known::IdKind => person.identity.as_ref().map(|(kind, _)| self.text(&kind.name())),
            Known::IdNo => person.identity.as_ref().map(|(_, number)| MaskedId::of(number).to_string()),
            Known::BirthDate => resident.birth_date.as_deref().map(|day| MaskedBirth::of(day).to_string()),
            Known::BirthYear => resident.birth_year.map(|year| year.to_string()),
            Known::Age => age(resident, self.today).map(|age| age.to_string()),
            Known::Phone => person.phone.as_deref().map(|phone| MaskedPhone::of(phone).to_string()),
            Known::Address => home.map(|home| match self.shows_doors {
                true => format!("{}{}{}{}", home.estate, home.building, home.unit, written_room(home)),
                false => format!("{}{}", home.estate, home.building),
            }),
            Known::Estate => of_home(|home| home.estate.clone()),
            Known::Building => of_home(|home| home.building.clone()),
            Known::Unit => door(|home| home.unit.clone()),
            Known::Floor => door(|home| home.floor.map(|floor| floor.to_string()).unwrap_or_default()),
            Known::Room => door(|home| home.room.clone()),
            Known::Usage => home.map(|home| self.text(&home.usage.name())),
            Known::Tie => home.map(|home| self.text(&home.tie.name())),
            Known::Since => of_home(|home| home.since.clone()),
            Known::RegisteredOn => Some(resident.since.clone()),
            Known::State => Some(self.text(&resident.state.name())),
            Known::HouseholdHead => {
                person.household.as_ref().map(|(head, _)| MaskedName::of(head).to_string())
            }
            Known::Relation => person.household.as_ref().map(|(_, code)| self.text(&relation(code))),
            Known::HouseholdSize => of_home(|home| home.people.to_string()),
            field => self.of_place(field, resident.area),
        };
        value.unwrap_or_default()
    }
}

fn written_room(home: &Home) -> String {
    if home.room.is_empty() { String::new() } else { format!("{}室", home.room) }
}

/// In whole years on a day.
fn age(resident: &Resident, today: &str) -> Option<i64> {
    let number = |day: &str| day.replace('-', "").parse::<i64>().ok();
    Some((number(today)? - number(resident.birth_date.as_deref()?)?) / 10_000)
}

/// The groups of fields that these columns show.
pub fn groups(fields: &[Known]) -> Vec<Group> {
    let group = |field: &Known| match field {
        Known::Name | Known::Sex | Known::State | Known::RegisteredOn | Known::Serial => Some(Group::Name),
        Known::IdNo | Known::IdKind => Some(Group::Id),
        Known::BirthDate | Known::BirthYear | Known::Age => Some(Group::Birth),
        Known::Phone => Some(Group::Phone),
        Known::Address
        | Known::Estate
        | Known::Building
        | Known::Unit
        | Known::Floor
        | Known::Room
        | Known::Usage
        | Known::Tie
        | Known::Since => Some(Group::Address),
        Known::HouseholdHead | Known::Relation | Known::HouseholdSize => Some(Group::Household),
        _ => None,
    };
    let mut groups: Vec<Group> = fields.iter().filter_map(group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}
