//! Invented people in the real set-up: twelve departments, in each street five offices, two centres and the enforcement
//! team, a head in every community, two workers and two assistants in nearly every grid.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use areas::{AreaCode, Directory as Areas};
use platform::{App, Call, Caller, Error, PostKind, Text, Write, hash_password, open_account};
use staff::{
    BodyKind, GridRole, NewOrganisation, OrganisationKind, appoint as hold, open_organisation, set_quota,
};

use super::DemoAccount;
use super::cast::{Cast, Company, Seat};
use super::draw::Draw;
use super::texts::{DEPARTMENTS, OFFICES};

/// The street whose posts the demo's accounts hold: 银山街道.
pub const STAGE: i64 = 450_204_006;

/// The people, those of them who can sign in, and how.
pub struct Staffed {
    pub cast: Cast,
    pub accounts: Vec<DemoAccount>,
    pub passwords: BTreeMap<String, String>,
}

/// The accounts that a visitor of the demo can use, one for each kind of post.
const SIGN_INS: [(&str, PostKind); 12] = [
    ("desk", PostKind::Desk),
    ("chief", PostKind::Chief),
    ("handler", PostKind::Handler),
    ("department", PostKind::DepartmentHead),
    ("grid", PostKind::GridWorker),
    ("community", PostKind::CommunityHead),
    ("clerk", PostKind::Clerk),
    ("inspector", PostKind::Inspector),
    ("steward", PostKind::Steward),
    ("leader", PostKind::Leader),
    ("auditor", PostKind::Auditor),
    ("admin", PostKind::Admin),
];

/// Opens organisations and posts and appoints everybody.
///
/// # Errors
/// What the verbs answer.
pub async fn appoint(app: &App) -> Result<Staffed> {
    let mut passwords = BTreeMap::new();
    let mut hashes = HashMap::new();
    for (username, _) in SIGN_INS {
        let password = app.chance().readable()?;
        hashes.insert(username, hash_password(app, username, &password).await?);
        passwords.insert(username.to_owned(), password);
    }
    let areas = app.snapshot::<Areas>().await?;
    let mut company = Company { draw: Draw::new(20), nth: 0, hashes };
    let mut cast = Cast::default();
    let mut accounts = Vec::new();

    let call = Call::program("demo");
    let books = areas.clone();
    (company, cast, accounts) = app
        .write(&call, app.district(), move |w| async move {
            let mut house = Opening {
                w: &w,
                areas: &books,
                company: &mut company,
                cast: &mut cast,
                accounts: &mut accounts,
            };
            house.district().await?;
            for street in books.streets() {
                house.street(*street).await?;
            }
            Ok((company, cast, accounts))
        })
        .await?;
    for street in areas.streets().iter().copied() {
        let books = areas.clone();
        (company, cast, accounts) = app
            .write(&call, street, move |w| async move {
                let mut house = Opening {
                    w: &w,
                    areas: &books,
                    company: &mut company,
                    cast: &mut cast,
                    accounts: &mut accounts,
                };
                house.grids(street).await?;
                Ok((company, cast, accounts))
            })
            .await?;
    }
    let order = |account: &DemoAccount| SIGN_INS.iter().position(|(name, _)| *name == account.username);
    accounts.sort_by_key(order);
    (accounts.len() == SIGN_INS.len()).then_some(()).context("not every kind of post has its account")?;
    Ok(Staffed { cast, accounts, passwords })
}

struct Opening<'a> {
    w: &'a Write,
    areas: &'a Areas,
    company: &'a mut Company,
    cast: &'a mut Cast,
    accounts: &'a mut Vec<DemoAccount>,
}

impl Opening<'_> {
    async fn seat(&mut self, seat: Seat) -> Result<Caller, Error> {
        if let Some(username) = seat.username {
            self.accounts.push(DemoAccount {
                username: username.to_owned(),
                kind: seat.kind,
                title: seat.title.clone(),
                area_name: seat.place.clone(),
            });
        }
        self.company.seat(self.w, seat).await
    }

    async fn organisation(
        &mut self,
        key: &str,
        kind: OrganisationKind,
        name: Text,
        street: Option<i64>,
        parent: Option<i64>,
    ) -> Result<i64, Error> {
        open_organisation(self.w, NewOrganisation { key: key.to_owned(), kind, name, street, parent }).await
    }

    async fn district(&mut self) -> Result<(), Error> {
        let code = self.w.app().district();
        let place = self.areas.name(code);
        for (nth, (key, zh, en)) in DEPARTMENTS.iter().enumerate() {
            let name = Text::new(zh, en);
            let id = self.organisation(key, OrganisationKind::Department, name.clone(), None, None).await?;
            self.cast.departments.insert((*key).to_owned(), id);
            let seat = |kind, title, username: &'static str| Seat {
                kind,
                area: code,
                organisation: Some(id),
                title,
                place: name.clone(),
                username: (nth == 0).then_some(username),
            };
            let handler =
                self.seat(seat(PostKind::Handler, Text::new("处置员", "Handler"), "handler")).await?;
            self.cast.handlers.insert(id, handler);
            let title = Text::new("部门负责人", "Head of department");
            let chair = self.seat(seat(PostKind::DepartmentHead, title, "department")).await?;
            self.cast.chairs.insert(id, chair);
            set_quota(self.w, id, PostKind::Handler, 1 + i64::from(nth % 3 == 0)).await?;
            set_quota(self.w, id, PostKind::DepartmentHead, 1).await?;
        }
        for (kind, title, username) in [
            (PostKind::Steward, Text::new("数据管理员", "Data steward"), "steward"),
            (PostKind::Auditor, Text::new("安全审计员", "Auditor"), "auditor"),
            (PostKind::Admin, Text::new("系统管理员", "Administrator"), "admin"),
        ] {
            let place = place.clone();
            self.seat(Seat { kind, area: code, organisation: None, title, place, username: Some(username) })
                .await?;
        }
        Ok(())
    }

    async fn street(&mut self, street: i64) -> Result<(), Error> {
        let place = self.areas.name(street);
        let own =
            self.organisation("street", OrganisationKind::Street, place.clone(), Some(street), None).await?;
        for (key, kind, zh, en) in OFFICES {
            let id = self.organisation(key, *kind, Text::new(zh, en), Some(street), Some(own)).await?;
            let username = |name: &'static str| (street == STAGE).then_some(name);
            let seat = |kind, title, username| Seat {
                kind,
                area: street,
                organisation: Some(id),
                title,
                place: place.clone(),
                username,
            };
            match *key {
                "governance-centre" => {
                    let title = Text::new("受理派遣员", "Dispatch desk");
                    let desk = self.seat(seat(PostKind::Desk, title, username("desk"))).await?;
                    self.cast.desks.insert(street, desk);
                    let title = Text::new("值班长", "Chief on duty");
                    let chief = self.seat(seat(PostKind::Chief, title, username("chief"))).await?;
                    self.cast.chiefs.insert(street, chief);
                    set_quota(self.w, id, PostKind::Desk, 2).await?;
                    set_quota(self.w, id, PostKind::Chief, 1).await?;
                }
                "service-office" => {
                    let title = Text::new("综合受理员", "Window clerk");
                    self.seat(seat(PostKind::Clerk, title, username("clerk"))).await?;
                    set_quota(self.w, id, PostKind::Clerk, 3).await?;
                }
                "general-office" => {
                    let title = Text::new("街道负责人", "Head of the street");
                    let leader = self.seat(seat(PostKind::Leader, title, username("leader"))).await?;
                    self.cast.leaders.insert(street, leader);
                    set_quota(self.w, id, PostKind::Leader, 1).await?;
                }
                "enforcement-team" => self.team(street, id, &place).await?,
                _ => {}
            }
        }
        for community in self.areas.communities().filter(|one| one.code.street_id() == Some(street)) {
            self.community(community.code).await?;
        }
        Ok(())
    }

    /// 33 to 37 officers in each street; a few places are free.
    async fn team(&mut self, street: i64, team: i64, place: &Text) -> Result<(), Error> {
        let quota = self.company.draw.between(33, 37);
        set_quota(self.w, team, PostKind::Inspector, quota).await?;
        let username = (street == STAGE).then_some("inspector");
        let seat = Seat {
            kind: PostKind::Inspector,
            area: street,
            organisation: Some(team),
            title: Text::new("综合行政执法队员", "Enforcement officer"),
            place: place.clone(),
            username,
        };
        let first = self.seat(seat).await?;
        let free = self.company.draw.between(0, 3);
        for _ in 1..quota - free {
            self.company.nth += 1;
            let (username, name) = (format!("p{:05}", self.company.nth), self.company.name());
            let account = open_account(self.w, &username, &name, String::new()).await?;
            hold(self.w, first.post.id, account, self.w.now()).await?;
        }
        Ok(())
    }

    async fn community(&mut self, code: AreaCode) -> Result<(), Error> {
        let place = self.areas.name(code.value());
        let is_first_of_stage =
            code.street_id() == Some(STAGE) && !self.accounts.iter().any(|one| one.username == "community");
        let seat = Seat {
            kind: PostKind::CommunityHead,
            area: code.value(),
            organisation: None,
            title: if code.is_in_village() {
                Text::new("村党组织书记、村委会主任", "Head of the village")
            } else {
                Text::new("社区书记、主任", "Head of the community")
            },
            place,
            username: is_first_of_stage.then_some("community"),
        };
        let head = self.seat(seat).await?;
        self.cast.heads.insert(code.value(), head);
        Ok(())
    }

    async fn grids(&mut self, street: i64) -> Result<(), Error> {
        let areas = self.areas;
        for grid in areas.grids().filter(|grid| grid.code.street_id() == Some(street)) {
            let (code, place) = (grid.code, areas.name(grid.code.value()));
            let is_first_of_stage =
                street == STAGE && !self.accounts.iter().any(|one| one.username == "grid");
            let seat = Seat {
                kind: PostKind::GridWorker,
                area: code.value(),
                organisation: None,
                title: Text::new("网格员", "Grid worker"),
                place: place.clone(),
                username: is_first_of_stage.then_some("grid"),
            };
            let worker = self.seat(seat).await?;
            let name = self.company.name();
            staff::assign_grid_role(self.w, code, GridRole::GridWorker, &name, Some(worker.account)).await?;
            self.cast.workers.insert(code.value(), worker);
            let property = grid.kind == areas::AreaKind::Employer || self.company.draw.percent(55.0);
            self.serve(code, property).await?;
            self.bodies(code, &place, property).await?;
        }
        Ok(())
    }

    /// The others who serve a grid; some places are free, as they are.
    async fn serve(&mut self, grid: AreaCode, property: bool) -> Result<(), Error> {
        let heads = self.company.draw.between(1, 3);
        let mut roles =
            vec![(GridRole::GridWorker, 96.0), (GridRole::Assistant, 98.0), (GridRole::Assistant, 90.0)];
        if property {
            roles.push((GridRole::PropertyContact, 92.0));
        }
        roles.extend((0..heads).map(|_| (GridRole::BuildingHead, 97.0)));
        for (role, percent) in roles {
            if self.company.draw.percent(percent) {
                let name = self.company.name();
                staff::assign_grid_role(self.w, grid, role, &name, None).await?;
            }
        }
        Ok(())
    }

    /// Bodies attached to a grid, with the number of their people: 378 branches and 603 groups in the district.
    async fn bodies(&mut self, grid: AreaCode, place: &Text, property: bool) -> Result<(), Error> {
        const BRANCHES: i64 = 378;
        const GROUPS: i64 = 603;
        let all = self.areas.grids().count() as i64;
        let nth = self.areas.grids().position(|one| one.code == grid).unwrap_or(0) as i64;
        // Spread evenly, so that the sums are exact.
        let share = |total: i64| (nth + 1) * total / all - nth * total / all;
        let named =
            |zh: &str, en: &str| Text::owned(format!("{}{zh}", place.zh), format!("{} {en}", place.en));
        for _ in 0..share(BRANCHES) {
            let people = self.company.draw.between(18, 55);
            staff::attach_body(self.w, grid, BodyKind::PartyBranch, &named("党支部", "Party branch"), people)
                .await?;
        }
        for _ in 0..share(GROUPS) {
            let people = self.company.draw.between(5, 17);
            staff::attach_body(self.w, grid, BodyKind::PartyGroup, &named("党小组", "Party group"), people)
                .await?;
        }
        if property {
            let people = self.company.draw.between(6, 40);
            staff::attach_body(
                self.w,
                grid,
                BodyKind::Property,
                &named("物业服务中心", "property service"),
                people,
            )
            .await?;
        }
        Ok(())
    }
}
