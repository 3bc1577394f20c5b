//! What a source has written about a person, with the slips that this source makes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::draw::Draw;
use super::District;
use super::doors;
use super::habits::{Birth, Habits, Id};
use super::people::{Person, days_before};
use super::slips::Slips;
use super::words::{GIVEN, SIMPLIFIED, TITLES, TRADITIONAL};

/// Writes records of one source.
pub struct Writer<'a> {
    pub district: &'a District,
    pub habits: &'static Habits,
    pub slips: &'a Slips,
    pub draw: Draw,
}

/// Fields in the order of the extract, without the record's own number.
pub type Record = [String; 7];

impl Writer<'_> {
    /// One record of this person.
    pub fn record(&mut self, person: &Person) -> Record {
        let (today, habits) = (self.district.today, self.habits);
        let household = self.district.people.households.get(person.household);
        let moved = household.and_then(|household| household.before);
        let is_old = moved.is_some() && self.draw.percent(habits.address.old);
        let has_old_phone = self.draw.percent(habits.phone.old);
        // Who wrote the former dwelling wrote it before the move.
        let age = match (is_old, moved) {
            (true, Some((_, on))) => {
                let since = days_between(on, today);
                self.draw.between(since + 1, since + habits.days / 2)
            }
            (false, Some((_, on))) => self.draw.between(0, days_between(on, today).min(habits.days)),
            _ if has_old_phone => self.draw.between(habits.days / 2, habits.days),
            _ => self.draw.between(0, habits.days * 3 / 4),
        };
        let home = household.map(|household| household.home);
        let at = moved.filter(|_| is_old).map(|(before, _)| before).or(home);
        [
            self.name(person),
            self.sex(person),
            self.id_no(person),
            self.birth(person.born),
            self.phone(person, has_old_phone),
            at.map(|dwelling| self.address(dwelling)).unwrap_or_default(),
            days_before(today, age).to_string(),
        ]
    }

    fn name(&mut self, person: &Person) -> String {
        let habits = &self.habits.name;
        let mut surname = person.surname.to_owned();
        let mut given = person.given.clone();
        let of_two = |given: &str| given.chars().count() == 2;
        if self.draw.percent(habits.new) {
            let year = person.born.year();
            let time = usize::from(year >= 1962) + usize::from(year >= 1983) + usize::from(year >= 2005);
            let chars: Vec<char> = GIVEN
                .get(time)
                .and_then(|time| time.get(usize::from(person.is_female)))
                .map(|chars| chars.chars().collect())
                .unwrap_or_default();
            given = (0..2).filter_map(|_| self.draw.of(&chars)).collect();
        }
        if self.draw.percent(habits.title) {
            if self.draw.percent(25.0) {
                return format!("{}{surname}", self.draw.word(&["老", "小"]));
            }
            let titles = TITLES.get(usize::from(person.is_female)).copied().unwrap_or_default();
            return format!("{surname}{}", self.draw.word(titles));
        }
        if of_two(&given) && self.draw.percent(habits.short) {
            let last: String = given.chars().skip(1).collect();
            given = if self.draw.percent(30.0) { format!("阿{last}") } else { last };
            if given.starts_with('阿') && self.draw.percent(50.0) {
                surname.clear();
            }
        }
        if of_two(&given) && self.draw.percent(habits.order) {
            given = given.chars().rev().collect();
        }
        if self.draw.percent(habits.sound) {
            // A surname is far less often misheard than a given name.
            match self.draw.percent(85.0) {
                true => given = self.slips.by_ear(&given, &mut self.draw),
                false => surname = self.slips.by_ear(&surname, &mut self.draw),
            }
        }
        let mut name = format!("{surname}{given}");
        if self.draw.percent(habits.shape) {
            name = self.slips.by_eye(&name, &mut self.draw);
        }
        if self.draw.percent(habits.traditional) {
            let old = |c: char| SIMPLIFIED.chars().zip(TRADITIONAL.chars()).find(|(new, _)| *new == c);
            name = name.chars().map(|c| old(c).map_or(c, |(_, old)| old)).collect();
        }
        let is_short = name.chars().count() == 2;
        if self.draw.percent(habits.space) || is_short && self.draw.percent(habits.space * 4.0) {
            let gap = self.draw.word(&[" ", "　", "·"]);
            let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
            name = format!("{first}{gap}{rest}");
        }
        name
    }

    fn sex(&mut self, person: &Person) -> String {
        if self.draw.percent(self.habits.no_sex) {
            return String::new();
        }
        let is_female = person.is_female != self.draw.percent(self.habits.wrong_sex);
        let words = if self.habits.key == "insurance" { ["1", "2"] } else { ["男", "女"] };
        words.get(usize::from(is_female)).copied().unwrap_or_default().to_owned()
    }

    fn id_no(&mut self, person: &Person) -> String {
        let Id { missing, one_wrong, swapped, fifteen, masked, relatives } = self.habits.id;
        if self.draw.percent(missing) {
            return String::new();
        }
        let relative = self.district.relative_of(person).filter(|_| self.draw.percent(relatives));
        let number = relative.map_or(&person.id_no, |relative| &relative.id_no);
        let mut digits: Vec<char> = number.chars().collect();
        let text = |digits: &[char]| digits.iter().collect::<String>();
        if number.get(6..8) == Some("19") && self.draw.percent(fifteen) {
            return digits.iter().take(6).chain(digits.iter().skip(8).take(9)).collect();
        }
        if self.draw.percent(masked) {
            let hidden = |(at, c): (usize, &char)| if (6..14).contains(&at) { '*' } else { *c };
            return digits.iter().enumerate().map(hidden).collect();
        }
        if self.draw.percent(one_wrong) {
            let at = 6 + self.draw.below(11);
            let other = char::from_digit(self.draw.between(0, 9) as u32, 10).unwrap_or('0');
            if let Some(digit) = digits.get_mut(at) {
                *digit = other;
            }
        }
        if self.draw.percent(swapped) {
            let at = 6 + self.draw.below(11);
            digits.swap(at, at + 1);
        }
        match text(&digits) {
            number if number.ends_with('X') && self.draw.percent(30.0) => number.to_lowercase(),
            number => number,
        }
    }

    fn birth(&mut self, born: Date) -> String {
        let Birth { missing, day, month, swapped, lunar, year_only } = self.habits.birth;
        if self.draw.percent(missing) {
            return String::new();
        }
        let often = if born.year() < 1970 { 2.0 } else { 0.6 };
        if self.draw.percent(year_only * often) {
            let january = Date::new(born.year(), 1, 1).unwrap_or(born);
            return if self.draw.percent(50.0) { born.year().to_string() } else { self.written(january) };
        }
        let mut date = born;
        if self.draw.percent(lunar * often) {
            // The lunar day, written as if it were the solar one.
            date = days_before(date, self.draw.between(20, 50));
        }
        if self.draw.percent(day) {
            let apart = self.draw.of(&[-10_i64, -2, -1, 1, 2, 10]).copied().unwrap_or(1);
            date = date.saturating_add(apart.days());
        }
        if self.draw.percent(month) {
            let month = self.draw.between(1, 12) as i8;
            date = Date::new(date.year(), month, date.day().min(28)).unwrap_or(date);
        }
        if self.draw.percent(swapped) {
            date = Date::new(date.year(), date.day(), date.month()).unwrap_or(date);
        }
        self.written(date)
    }

    fn written(&mut self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match (self.habits.key, self.draw.between(0, 3)) {
            ("civil", _) | (_, 0) if self.habits.key != "insurance" => date.to_string(),
            ("insurance", _) => format!("{year}{month:02}{day:02}"),
            (_, 1) => format!("{year}/{month}/{day}"),
            (_, 2) => format!("{year}年{month}月{day}日"),
            _ => format!("{year}.{month:02}.{day:02}"),
        }
    }

    fn phone(&mut self, person: &Person, is_old: bool) -> String {
        let habits = &self.habits.phone;
        if self.draw.percent(habits.missing) {
            return String::new();
        }
        let is_familys = self.draw.percent(habits.familys);
        let phone = match (is_old, is_familys) {
            (true, _) => person.old_phone,
            (false, true) => self.district.head_of(person).map_or(person.phone, |head| head.phone),
            (false, false) => person.phone,
        };
        let mut digits: Vec<char> = phone.to_string().chars().collect();
        if self.draw.percent(habits.typo) {
            let at = 3 + self.draw.below(8);
            if at < 10 && self.draw.percent(40.0) {
                digits.swap(at, at + 1);
            } else if let Some(digit) = digits.get_mut(at) {
                *digit = char::from_digit(self.draw.between(0, 9) as u32, 10).unwrap_or('0');
            }
        }
        let phone: String = digits.into_iter().collect();
        if self.habits.key != "grid" {
            return phone;
        }
        let (first, rest) = phone.split_at(3);
        let (middle, last) = rest.split_at(4);
        match self.draw.between(1, 100) {
            ..=5 => format!("+86{phone}"),
            6..=12 => format!("{first} {middle} {last}"),
            13..=17 => format!("{first}-{middle}-{last}"),
            _ => phone,
        }
    }

    fn address(&mut self, dwelling: usize) -> String {
        let habits = &self.habits.address;
        if self.draw.percent(habits.missing) {
            return String::new();
        }
        let Some((estate, building, dwelling)) = self.district.estates.of(dwelling) else {
            return String::new();
        };
        let Some(place) = self.district.places.get(estate.place) else { return String::new() };
        let mut text = self.draw.word(doors::heads(self.habits.key)).to_owned();
        if !self.draw.percent(habits.no_street) {
            text.push_str(&place.street);
        }
        // What does not end in 社区 or 村 would be read as a part of the estate's name.
        let is_plain = place.name.ends_with("社区") || place.name.ends_with('村');
        if is_plain && !self.draw.percent(habits.no_community) {
            text.push_str(&place.name);
        }
        match self.draw.percent(habits.sound) {
            true => text.push_str(&self.slips.by_ear(&estate.name, &mut self.draw)),
            false => text.push_str(&estate.name),
        }
        if self.draw.percent(15.0) {
            text.push_str("小区");
        }
        if self.draw.percent(habits.no_room) {
            text.push_str(&format!("{}栋", building.number));
        } else if self.draw.percent(habits.no_unit) {
            text.push_str(&format!("{}栋{}", building.number, dwelling.room));
        } else {
            let style = self.draw.of(doors::styles(self.habits.key)).copied().unwrap_or(doors::Style::Plain);
            text.push_str(&style.write(building.number, dwelling.unit, dwelling.room));
        }
        text
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days())).max(0)
}
