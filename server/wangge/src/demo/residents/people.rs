//! Invented people: households in dwellings, names of their time, numbers that can be nobody's.
//!
//! Identity numbers bear a division code that was never given out, and telephones lie in ranges that no operator has:
//! neither can be a real person's.

use std::collections::HashSet;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::draw::{Draw, Weighted};
use super::words::{GIVEN, SURNAMES};

/// In the series of Liuzhou's districts, and given to none.
const DIVISION: &str = "450299";
/// Beginnings of mobile numbers that are allotted to no operator.
const PREFIXES: [i64; 6] = [154, 161, 163, 164, 168, 169];

#[derive(Clone, Debug)]
pub struct Person {
    pub surname: &'static str,
    pub given: String,
    pub is_female: bool,
    pub born: Date,
    pub id_no: String,
    pub phone: i64,
    /// The one before.
    pub old_phone: i64,
    pub household: usize,
    /// Has a twin, who was entered just before.
    twin_of: Option<usize>,
}

impl Person {
    pub fn name(&self) -> String {
        format!("{}{}", self.surname, self.given)
    }
}

#[derive(Clone, Debug)]
pub struct Household {
    /// Numbers of persons; the first is the head.
    pub members: Range<usize>,
    /// The number of a dwelling.
    pub home: usize,
    /// The dwelling before, and the day on which they moved.
    pub before: Option<(usize, Date)>,
}

pub struct People {
    pub people: Vec<Person>,
    pub households: Vec<Household>,
}

#[derive(Clone, Copy, Default)]
enum Plan {
    #[default]
    Single,
    Couple,
    Children(i64),
    Grandparents,
    Lone,
}

struct Register<'a> {
    draw: &'a mut Draw,
    today: Date,
    surnames: Weighted<&'static str>,
    /// By time, in each for men and for women.
    given: Vec<[Weighted<char>; 2]>,
    people: Vec<Person>,
}

/// Draws so many people in households; where they live is [`settle`]'s business.
pub fn populate(count: usize, today: Date, draw: &mut Draw) -> People {
    let liked = |chars: &'static str| {
        Weighted::new(chars.chars().zip(6_i32..).map(|(c, rank)| (c, 1.0 / f64::from(rank).powf(0.85))))
    };
    let mut register = Register {
        draw,
        today,
        surnames: Weighted::new(SURNAMES.iter().copied()),
        given: GIVEN.iter().map(|[men, women]| [liked(men), liked(women)]).collect(),
        people: Vec::with_capacity(count + 8),
    };
    let plans = Weighted::new([
        (Plan::Single, 20.0),
        (Plan::Couple, 22.0),
        (Plan::Children(1), 21.0),
        (Plan::Children(2), 17.0),
        (Plan::Children(3), 3.0),
        (Plan::Grandparents, 12.0),
        (Plan::Lone, 5.0),
    ]);
    let mut households = Vec::new();
    while register.people.len() < count {
        let first = register.people.len();
        let plan = plans.draw(register.draw);
        register.household(households.len(), plan);
        register.people.truncate(count);
        households.push(Household { members: first..register.people.len(), home: 0, before: None });
    }
    register.namesakes();
    register.numbers();
    register.telephones(&households);
    People { people: register.people, households }
}

/// Gives each household a dwelling; one of seven lived elsewhere before, where others may live now.
pub fn settle(people: &mut People, dwellings: usize, today: Date, draw: &mut Draw) {
    let mut order: Vec<usize> = (0..dwellings).collect();
    draw.shuffle(&mut order);
    for (household, home) in people.households.iter_mut().zip(order) {
        household.home = home;
        if draw.percent(14.0) {
            let before = draw.below(dwellings);
            household.before =
                Some((before, days_before(today, draw.between(40, 6 * 365)))).filter(|_| before != home);
        }
    }
}

pub fn days_before(day: Date, days: i64) -> Date {
    day.saturating_sub(days.days())
}

impl Register<'_> {
    fn household(&mut self, household: usize, plan: Plan) {
        let woman = self.draw.percent(50.0);
        let (age, is_female) = match plan {
            Plan::Single => ((self.draw.between(19, 70) + self.draw.between(0, 26)).min(95), woman),
            Plan::Couple => (self.draw.between(24, 86), self.draw.percent(10.0)),
            _ => (self.draw.between(24, 62), self.draw.percent(10.0)),
        };
        let surname = self.surname();
        let head = self.enter(household, surname, is_female, age, None);
        if matches!(plan, Plan::Single) {
            return;
        }
        let mut mothers_age = age;
        let mut fathers_name = surname;
        if !matches!(plan, Plan::Lone) {
            let (other, years) = (self.surname(), self.draw.between(-6, 3));
            let spouse = (age + years).max(21);
            self.enter(household, other, !is_female, spouse, None);
            if is_female { fathers_name = other } else { mothers_age = spouse }
        }
        let children = match plan {
            Plan::Children(count) => count,
            Plan::Grandparents => self.draw.between(1, 2),
            Plan::Lone => 1,
            Plan::Single | Plan::Couple => return,
        };
        self.children(household, fathers_name, mothers_age, children, head);
        if matches!(plan, Plan::Grandparents) {
            let both = self.draw.percent(25.0);
            let woman = self.draw.percent(60.0);
            for is_female in if both { vec![false, true] } else { vec![woman] } {
                let surname = if is_female { self.surname() } else { fathers_name };
                let older = self.draw.between(21, 32);
                self.enter(household, surname, is_female, (age + older).min(97), None);
            }
        }
    }

    fn children(
        &mut self,
        household: usize,
        surname: &'static str,
        mothers_age: i64,
        count: i64,
        head: usize,
    ) {
        let mut age = (mothers_age - self.draw.between(21, 34)).max(0);
        let mut first: Option<usize> = None;
        // Sisters and brothers often share the first character of their names.
        let mut lead: Option<char> = None;
        for nth in 0..count {
            let is_female = self.draw.percent(48.0);
            let is_twin = nth == 1 && self.draw.percent(6.0);
            if nth > 0 && !is_twin {
                age = (age - self.draw.between(1, 6)).max(0);
            }
            let child = self.enter(household, surname, is_female, age, lead);
            if let Some(elder) = first.filter(|_| is_twin).and_then(|at| self.people.get(at)).cloned() {
                let given = self.unlike(&elder.given, is_female, elder.born.year(), lead);
                if let Some(child) = self.people.get_mut(child) {
                    (child.born, child.twin_of, child.given) = (elder.born, first, given);
                }
            }
            if nth == 0 {
                first = Some(child);
                self.like_the_father(child, head);
                let shares = self.draw.percent(35.0);
                let given = self.people.get(child).map(|child| child.given.clone()).unwrap_or_default();
                lead = given.chars().next().filter(|_| shares && given.chars().count() == 2);
            }
        }
    }

    /// Few sons are one character from their father.
    fn like_the_father(&mut self, son: usize, father: usize) {
        let Some(first) = self.people.get(father).filter(|father| !father.is_female) else { return };
        let Some(lead) = first.given.chars().next().filter(|_| first.given.chars().count() == 2) else {
            return;
        };
        let (given, born) = (first.given.clone(), self.people.get(son).map(|son| son.born.year()));
        if !self.draw.percent(3.0) {
            return;
        }
        let given = self.unlike(&given, false, born.unwrap_or_default(), Some(lead));
        if let Some(son) = self.people.get_mut(son).filter(|son| !son.is_female) {
            son.given = given;
        }
    }

    fn surname(&mut self) -> &'static str {
        self.surnames.draw(self.draw)
    }

    fn enter(
        &mut self,
        household: usize,
        surname: &'static str,
        is_female: bool,
        age: i64,
        lead: Option<char>,
    ) -> usize {
        let born = days_before(self.today, age * 365 + age / 4 + self.draw.between(1, 364));
        let given = self.given_name(is_female, born.year(), lead);
        let at = self.people.len();
        self.people.push(Person {
            surname,
            given,
            is_female,
            born,
            id_no: String::new(),
            phone: 0,
            old_phone: 0,
            household,
            twin_of: None,
        });
        at
    }

    fn given_name(&mut self, is_female: bool, year: i16, lead: Option<char>) -> String {
        let (time, single) = match year {
            ..1962 => (0, 10.0),
            1962..1983 => (1, 20.0),
            1983..2005 => (2, 22.0),
            _ => (3, 6.0),
        };
        let Some([men, women]) = self.given.get(time) else { return String::new() };
        let chars = if is_female { women } else { men };
        let first = lead.unwrap_or_else(|| chars.draw(self.draw));
        let is_single = lead.is_none() && self.draw.percent(single);
        let second = Some(chars.draw(self.draw)).filter(|_| !is_single);
        [Some(first), second].into_iter().flatten().collect()
    }

    /// A given name that is not this one.
    fn unlike(&mut self, other: &str, is_female: bool, year: i16, lead: Option<char>) -> String {
        loop {
            let given = self.given_name(is_female, year, lead);
            if given != other {
                return given;
            }
        }
    }

    /// Three of a thousand share name and birth date with a stranger of the same sex.
    fn namesakes(&mut self) {
        for _ in 0..self.people.len() * 3 / 1000 {
            let (one, other) = (self.draw.below(self.people.len()), self.draw.below(self.people.len()));
            let Some(model) = self.people.get(other).cloned() else { continue };
            if let Some(person) = self.people.get_mut(one)
                && person.household != model.household
                && person.is_female == model.is_female
                && person.twin_of.is_none()
                && model.twin_of.is_none()
            {
                (person.surname, person.given, person.born) = (model.surname, model.given, model.born);
            }
        }
    }

    /// GB 11643: odd for men, even for women; twins get neighbouring numbers, as an office gives them.
    fn numbers(&mut self) {
        let mut given: HashSet<(Date, i64)> = HashSet::with_capacity(self.people.len());
        let mut last = 0;
        for person in &mut self.people {
            let parity = i64::from(!person.is_female);
            let mut sequence = match person.twin_of {
                Some(_) => (last + 1) + i64::from((last + 1) % 2 != parity),
                None => self.draw.between(0, 499) * 2 + parity,
            };
            while sequence > 999 || !given.insert((person.born, sequence)) {
                sequence = self.draw.between(0, 499) * 2 + parity;
            }
            last = sequence;
            let day = person.born.strftime("%Y%m%d");
            let mut number = format!("{DIVISION}{day}{sequence:03}");
            number.extend(chinese::identity::check_character(&number));
            person.id_no = number;
        }
    }

    /// Small children, and some of the very old, are reached by the telephone of the head.
    fn telephones(&mut self, households: &[Household]) {
        let phone = |draw: &mut Draw| {
            draw.of(&PREFIXES).copied().unwrap_or(154) * 100_000_000 + draw.between(0, 99_999_999)
        };
        for household in households {
            let heads = phone(self.draw);
            for (nth, person) in
                self.people.get_mut(household.members.clone()).unwrap_or_default().iter_mut().enumerate()
            {
                let age = i64::from(self.today.year() - person.born.year());
                let shares = age < 13 || age > 74 && self.draw.percent(30.0);
                let (own, old) = (phone(self.draw), phone(self.draw));
                person.phone = if nth == 0 || shares { heads } else { own };
                person.old_phone = old;
            }
        }
    }
}
