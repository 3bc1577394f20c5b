//! The catalogue in memory: nearly every order asks for a class, a standard, a flow and the calendar.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use platform::{Error, Millis, Read, Snapshot};
use workflow::CheckedFlow;
use worktime::{Calendar, Limit, Notice, RuleSet};

use crate::calendar::{self, CalendarRow};
use crate::class::{ALL_CLASSES, CaseClass, ClassRow};
use crate::duty::{ALL_DUTIES, Duty};
use crate::flow::{ALL_FLOWS, FlowRow, Published};
use crate::rules::{ALL_RULES, CLOCK_LIMITS, ClockLimitRow, RuleRow};
use crate::standard::{ALL_STANDARDS, Standard, StandardRow};

/// The lists that orders are decided by.
pub struct Catalogue {
    /// The newest version of each code, retired ones among them.
    classes: BTreeMap<String, CaseClass>,
    /// All versions.
    standards: HashMap<i64, Standard>,
    /// Those in force, by class, in the order of their sheet.
    by_class: HashMap<String, Vec<i64>>,
    /// The newest version of each code, retired ones among them.
    duties: BTreeMap<String, Duty>,
    /// The codes of those in force that a class, major or minor, falls under.
    duties_by_class: HashMap<String, Vec<String>>,
    flows: HashMap<String, BTreeMap<u32, Published>>,
    calendar: Arc<Calendar>,
    /// Those that were in force, by the version that deadlines cite.
    calendars: HashMap<String, Arc<Calendar>>,
    editions: Vec<Edition>,
    rules: HashMap<String, RuleSet>,
    clock_limits: HashMap<(String, String), Limit>,
}

/// A year's notice in force.
pub(crate) struct Edition {
    pub edition: i64,
    pub published_at: Millis,
    pub notice: Notice,
}

impl Snapshot for Catalogue {
    const NAME: &'static str = "catalogue";

    async fn load(r: Read) -> Result<Self, Error> {
        let classes: Vec<ClassRow> = r.query(&ALL_CLASSES, &[]).await?;
        let standards: Vec<StandardRow> = r.query(&ALL_STANDARDS, &[]).await?;
        let duties: Vec<Duty> = r.query(&ALL_DUTIES, &[]).await?;
        let flows: Vec<FlowRow> = r.query(&ALL_FLOWS, &[]).await?;
        let rules: Vec<RuleRow> = r.query(&ALL_RULES, &[]).await?;
        let limits: Vec<ClockLimitRow> = r.query(&CLOCK_LIMITS, &[]).await?;
        let editions =
            calendar::latest(&r).await?.into_iter().map(Edition::of).collect::<Result<Vec<_>, _>>()?;
        let calendar =
            Calendar::new(editions.iter().map(|edition| edition.notice.clone())).map_err(Error::internal)?;
        let past = calendar::past(&calendar::all(&r).await?)?;
        let calendars =
            past.into_iter().map(|calendar| (calendar.version().to_owned(), Arc::new(calendar))).collect();
        let mut catalogue = Self {
            classes: classes
                .into_iter()
                .filter_map(CaseClass::of)
                .map(|class| (class.code.clone(), class))
                .collect(),
            standards: HashMap::with_capacity(standards.len()),
            by_class: HashMap::new(),
            duties: BTreeMap::new(),
            duties_by_class: HashMap::new(),
            flows: HashMap::new(),
            calendar: Arc::new(calendar),
            calendars,
            editions,
            rules: HashMap::new(),
            clock_limits: HashMap::new(),
        };
        for row in standards {
            let standard = Standard::of(row)?;
            if standard.is_in_force() {
                catalogue.by_class.entry(standard.class.clone()).or_default().push(standard.id);
            }
            catalogue.standards.insert(standard.id, standard);
        }
        for duty in duties {
            catalogue.duties.insert(duty.code.clone(), duty);
        }
        for duty in catalogue.duties.values().filter(|duty| duty.is_in_force()) {
            for class in duty.classes() {
                catalogue.duties_by_class.entry(class).or_default().push(duty.code.clone());
            }
        }
        for row in flows {
            let version = u32::try_from(row.flow_version).map_err(Error::internal)?;
            let published = Published::of(&row)?;
            catalogue.flows.entry(row.flow_key).or_default().insert(version, published);
        }
        // Ascending versions: the newest of a key is the one that stays.
        for row in rules {
            let rules = serde_json::from_str(&row.body).map_err(Error::internal)?;
            catalogue.rules.insert(row.rule_key, rules);
        }
        for row in limits {
            let limit = Limit::parse(&row.limit_text).map_err(Error::internal)?;
            catalogue.clock_limits.insert((row.flow_key, row.clock), limit);
        }
        Ok(catalogue)
    }
}

impl Edition {
    fn of(row: CalendarRow) -> Result<Self, Error> {
        Ok(Self { edition: row.edition, published_at: row.published_at, notice: calendar::notice_of(&row)? })
    }
}

impl Catalogue {
    /// The class of a code; a retired one too, since cases cite it.
    pub fn class(&self, code: &str) -> Option<&CaseClass> {
        self.classes.get(code)
    }

    /// The classes in force, by code.
    pub fn classes(&self) -> impl Iterator<Item = &CaseClass> {
        self.classes.values().filter(|class| class.valid_to.is_none())
    }

    /// The codes of the minor classes in force: those that a case can have.
    pub fn minor_codes(&self) -> BTreeSet<String> {
        self.classes().filter(|class| class.parent.is_some()).map(|class| class.code.clone()).collect()
    }

    /// The version of a standard with this id, in force or not.
    pub fn standard(&self, id: i64) -> Option<&Standard> {
        self.standards.get(&id)
    }

    /// The standards in force of a class, the order of their sheet kept.
    pub fn standards_of(&self, class: &str) -> Vec<&Standard> {
        self.by_class.get(class).into_iter().flatten().filter_map(|id| self.standards.get(id)).collect()
    }

    /// The newest version of an entry of the duty list; a retired one too, since orders cite it.
    pub fn duty(&self, code: &str) -> Option<&Duty> {
        self.duties.get(code)
    }

    /// The entries in force under which a class falls, by itself or by its major class, by code.
    pub fn duties_of(&self, class: &str) -> Vec<&Duty> {
        let major = self.class(class).and_then(|class| class.parent.as_deref());
        let codes =
            [Some(class), major].into_iter().flatten().filter_map(|code| self.duties_by_class.get(code));
        let codes: BTreeSet<&String> = codes.flatten().collect();
        codes.into_iter().filter_map(|code| self.duties.get(code)).collect()
    }

    /// The version of a flow that an order began with.
    pub fn flow(&self, key: &str, version: u32) -> Option<&Arc<CheckedFlow>> {
        self.flow_version(key, version).map(|published| &published.flow)
    }

    pub(crate) fn flow_version(&self, key: &str, version: u32) -> Option<&Published> {
        self.flows.get(key)?.get(&version)
    }

    /// The version of a flow that an order opened at a moment follows.
    pub fn current_flow(&self, key: &str, at: Millis) -> Option<&Arc<CheckedFlow>> {
        self.published_flow(key, at).map(|published| &published.flow)
    }

    pub(crate) fn published_flow(&self, key: &str, at: Millis) -> Option<&Published> {
        self.flows.get(key)?.values().rev().find(|published| published.effective_from <= at)
    }

    /// The version of a flow that was published last, whether or not it is in effect yet.
    pub fn newest_flow(&self, key: &str) -> Option<&Arc<CheckedFlow>> {
        self.flows.get(key)?.values().next_back().map(|published| &published.flow)
    }

    /// The names of the flows, in order.
    pub fn flow_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.flows.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }

    /// The calendar of all notices in force.
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// A calendar that was in force, by the version that a deadline cites.
    pub fn calendar_of(&self, version: &str) -> Option<&Arc<Calendar>> {
        self.calendars.get(version)
    }

    /// The calendar that there would be if a notice were published.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the days do not make a calendar.
    pub fn calendar_with(&self, notice: Notice) -> Result<Calendar, Error> {
        let year = notice.year;
        let others = self.editions.iter().filter(|edition| edition.notice.year != year);
        let all: Vec<Notice> = others.map(|edition| edition.notice.clone()).chain([notice]).collect();
        Calendar::new(all).map_err(calendar::refused)
    }

    pub(crate) fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The newest version of a rule set.
    pub fn rules(&self, key: &str) -> Option<&RuleSet> {
        self.rules.get(key)
    }

    /// How long a clock of a flow may run; none for the handling, whose limit is that of the standard.
    pub fn clock_limit(&self, flow: &str, clock: &str) -> Option<Limit> {
        self.clock_limits.get(&(flow.to_owned(), clock.to_owned())).copied()
    }

    /// The minor classes in force in whose code, names or opening conditions every word occurs.
    pub fn search(&self, words: &str) -> Vec<&CaseClass> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |class: &&CaseClass| {
            let conditions =
                self.standards_of(&class.code).into_iter().map(|standard| standard.open_condition.as_str());
            let texts: Vec<String> = [class.code.as_str(), &class.name.zh, &class.name.en]
                .into_iter()
                .chain(conditions)
                .map(str::to_lowercase)
                .collect();
            words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
        };
        self.classes().filter(|class| class.parent.is_some()).filter(holds).collect()
    }
}
