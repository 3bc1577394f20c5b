//! The schedule: what is kept how long, from when on, and why.

use jiff::ToSpan;
use platform::{Millis, Text};

use platform::words;

words! {
    /// A kind of record that is kept for a time.
    RecordClass, "class of records" {
        Look = "look", "查询记录", "who looked";
        Departed = "departed", "已离册人员", "residents who died or left";
        GoneRecord = "gone_record", "来源已撤销的记录", "records that their source took back";
        Correction = "correction", "更正申请与查询疑问", "corrections and questions";
        Export = "export", "名单导出申请", "lists that were asked for";
    }
}

/// How long a class is kept.
#[derive(Debug)]
pub struct Kept {
    pub class: RecordClass,
    pub months: i64,
    /// From when on.
    pub from: Text,
    /// Why so long.
    pub why: Text,
}

/// All classes. The law says "no longer than needed"; these are the terms that this program is delivered with.
pub static SCHEDULE: [Kept; 5] = [
    Kept {
        class: RecordClass::Look,
        months: 36,
        from: Text::new("查询之日", "the day of the look"),
        why: Text::new("供本人查询与追责", "for the resident to see, and to hold to account"),
    },
    Kept {
        class: RecordClass::Departed,
        months: 60,
        from: Text::new("死亡、迁离或移交之日", "the day of death, departure or hand-over"),
        why: Text::new("办理身后、迁移后续事项", "for what follows a death or a move"),
    },
    Kept {
        class: RecordClass::GoneRecord,
        months: 24,
        from: Text::new("来源撤销之日", "the day on which the source took it back"),
        why: Text::new("校核纠错期", "for checking and correcting"),
    },
    Kept {
        class: RecordClass::Correction,
        months: 36,
        from: Text::new("答复之日", "the day of the answer"),
        why: Text::new("复查与申诉期", "for review and complaint"),
    },
    Kept {
        class: RecordClass::Export,
        months: 36,
        from: Text::new("申请之日", "the day on which it was asked for"),
        why: Text::new("合规审计", "for audits"),
    },
];

impl RecordClass {
    /// How long it is kept.
    pub fn kept(self) -> &'static Kept {
        match self {
            Self::Look => &SCHEDULE[0],
            Self::Departed => &SCHEDULE[1],
            Self::GoneRecord => &SCHEDULE[2],
            Self::Correction => &SCHEDULE[3],
            Self::Export => &SCHEDULE[4],
        }
    }
}

impl Kept {
    /// What ended before this moment is due.
    pub fn before(&self, now: Millis) -> Millis {
        Millis::at_beijing_midnight(now.beijing_date().saturating_sub(self.months.months()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_term() {
        assert_eq!(SCHEDULE.len(), RecordClass::ALL.len());
        for class in RecordClass::ALL {
            assert_eq!(class.kept().class, *class);
        }
    }
}
