//! The lists that come with the program, for a district that starts with none.

use std::collections::BTreeSet;

use platform::{Error, Millis, Write};
use workflow::Flow;
use worktime::{Limit, Notice, RuleSet};

use crate::calendar::publish_calendar;
use crate::class_sheet::ClassSheet;
use crate::duty_sheet::DutySheet;
use crate::flow::publish_flow;
use crate::import::{import_classes, import_duties, import_standards};
use crate::rules::{publish_rules, set_clock_limit};
use crate::standard_sheet::{Organisations, StandardSheet};

const DUTIES: &[u8] = include_bytes!("../data/duties.csv");
const CLASSES: &[u8] = include_bytes!("../data/classes.csv");
const STANDARDS: &[u8] = include_bytes!("../data/standards.csv");
const CITY_CASE: &str = include_str!("../data/flows/city-case.json");
const HOLIDAYS: [&str; 4] = [
    include_str!("../../../data/holidays/2023.json"),
    include_str!("../../../data/holidays/2024.json"),
    include_str!("../../../data/holidays/2025.json"),
    include_str!("../../../data/holidays/2026.json"),
];
/// The limits of the steps that no standard speaks of.
const CLOCK_LIMITS: [(&str, &str); 6] = [
    ("acceptance", "2工作时"),
    ("dispatch", "1工作时"),
    ("verification", "1工作日"),
    ("consultation", "5工作日"),
    ("guidance", "5工作日"),
    ("arbitration", "4工作时"),
];

/// Enters duties, classes, standards, the city case's flow, the holidays of 2023–2026 and the rule sets, through the
/// same checks as any sheet. The flow is in effect since ever, so that a demo may begin in the past.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict when the district has lists already.
pub async fn seed(w: &Write) -> Result<(), Error> {
    for file in HOLIDAYS {
        publish_calendar(w, Notice::from_json(file).map_err(Error::internal)?).await?;
    }
    let rules = [
        RuleSet::city_case(),
        RuleSet::civil_code(),
        RuleSet::licensing(),
        RuleSet::penalty(),
        RuleSet::petition(),
    ];
    for rules in &rules {
        publish_rules(w, rules).await?;
    }
    let flow: Flow = serde_json::from_str(CITY_CASE).map_err(Error::internal)?;
    publish_flow(w, &flow, Some(Millis(0))).await?;
    for (clock, limit) in CLOCK_LIMITS {
        set_clock_limit(w, &flow.id, clock, Limit::parse(limit).map_err(Error::internal)?).await?;
    }
    let classes = ClassSheet::read(CLASSES).map_err(Error::internal)?;
    let minor: BTreeSet<String> =
        classes.rows.iter().filter(|class| class.code.len() > 3).map(|class| class.code.clone()).collect();
    let standards =
        StandardSheet::read(STANDARDS, &minor, &Organisations::AnyKey).map_err(Error::internal)?;
    let duties = DutySheet::read(DUTIES).map_err(Error::internal)?;
    import_classes(w, classes).await?;
    import_standards(w, standards).await?;
    import_duties(w, duties).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duty::DutyLevel;

    #[test]
    fn the_lists_that_come_with_the_program_have_no_bad_row() {
        let classes = ClassSheet::read(CLASSES).unwrap();
        assert_eq!(classes.problems, []);
        let minor: BTreeSet<String> = classes
            .rows
            .iter()
            .filter(|class| class.code.len() > 3)
            .map(|class| class.code.clone())
            .collect();
        assert_eq!((classes.rows.len() - minor.len(), minor.len()), (11, 191));
        let standards = StandardSheet::read(STANDARDS, &minor, &Organisations::AnyKey).unwrap();
        assert_eq!(standards.problems, []);
        let with_standards: BTreeSet<&String> =
            standards.rows.iter().map(|standard| &standard.class_code).collect();
        assert_eq!(with_standards.len(), minor.len(), "every minor class has a standard");
    }

    #[test]
    fn the_duty_list_has_41_classes_118_items_and_240_sub_items() {
        let duties = DutySheet::read(DUTIES).unwrap();
        assert_eq!(duties.problems, []);
        let count = |level| duties.rows.iter().filter(|duty| duty.duty_level == level).count();
        assert_eq!(
            (count(DutyLevel::Class), count(DutyLevel::Item), count(DutyLevel::SubItem)),
            (41, 118, 240)
        );
        let classes: BTreeSet<String> =
            ClassSheet::read(CLASSES).unwrap().rows.into_iter().map(|class| class.code).collect();
        let named: BTreeSet<String> = duties.rows.iter().flat_map(|duty| duty.classes()).collect();
        assert!(named.len() > 100 && named.is_subset(&classes), "{:?}", named.difference(&classes));
        let is_translated = |text: &str| !text.is_empty() && text.is_ascii();
        assert!(duties.rows.iter().all(|duty| is_translated(&duty.name_en)));
    }
}
