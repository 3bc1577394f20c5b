//! A model: comparisons with ordered levels, rules of blocking, the prior. All of it is data and is saved as JSON.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub zh: String,
    pub en: String,
}

impl Label {
    #[must_use]
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// What two records are asked about a field. A record that says nothing in a field fails every test but `Missing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum Test {
    /// For each of the fields at least one of the two says nothing.
    Missing {
        fields: Vec<String>,
    },
    Same {
        field: String,
    },
    /// At most so many edits of characters. With `unsound`, not where both are sound: two numbers that both pass their
    /// own check are two numbers, not one and a slip.
    Edits {
        field: String,
        at_most: usize,
        #[serde(default)]
        unsound: bool,
    },
    /// As long as one another, and exactly one character differs.
    OneReplaced {
        field: String,
        at_least_long: usize,
    },
    Rearranged {
        field: String,
    },
    /// One begins or ends the other.
    PartOf {
        field: String,
        at_least_long: usize,
    },
    /// Jaro–Winkler similarity of texts of at least so many characters.
    Similar {
        field: String,
        at_least: f64,
        at_least_long: usize,
    },
    /// Same year, and one of the two has no day, or the first of January, which stands for an unknown day.
    CoarseDate {
        field: String,
    },
    SameYear {
        field: String,
    },
    DaysApart {
        field: String,
        at_most: u32,
    },
    /// Numbers that differ by at most so much.
    Near {
        field: String,
        at_most: f64,
    },
    /// At least this share of the pairs of neighbouring characters is common to both, in whatever order.
    CommonPairs {
        field: String,
        at_least: f64,
    },
    /// One of the two hides part of its number behind `*`, in a field of its own, and the signs that both show agree,
    /// or do not: numbers are of one length, and at least four signs must be shown by both.
    Shown {
        whole: String,
        masked: String,
        agree: bool,
    },
    All {
        of: Vec<Test>,
    },
    Any {
        of: Vec<Test>,
    },
    /// Always true: the last level.
    Otherwise,
}

/// One answer of a comparison. The first level whose test holds is the pair's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    pub label: Label,
    #[serde(flatten)]
    pub test: Test,
    /// The field by whose frequency of values the weight is corrected: agreeing on a rare value tells more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rarity_of: Option<String>,
    /// Share of the level among pairs of one entity; of pairs that are not missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m: Option<f64>,
    /// Share of the level among pairs of two entities; of pairs that are not missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u: Option<f64>,
}

impl Level {
    #[must_use]
    pub fn new(zh: &str, en: &str, test: Test) -> Self {
        Self { label: Label::new(zh, en), test, rarity_of: None, m: None, u: None }
    }

    /// Corrects the weight by how rare the value is in the field.
    #[must_use]
    pub fn rarity(mut self, field: &str) -> Self {
        self.rarity_of = Some(field.to_owned());
        self
    }

    /// Whether the level says that nothing can be said; its weight is 0.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.test, Test::Missing { .. })
    }

    /// log2(m/u): how much the level speaks for one entity.
    #[must_use]
    pub fn weight(&self) -> Option<f64> {
        if self.is_missing() {
            return Some(0.0);
        }
        Some((self.m? / self.u?).log2())
    }
}

/// One subject on which records are compared. What hangs together, such as the telephone and the dwelling of a
/// household, belongs into one comparison: scored apart it would count twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub name: String,
    pub label: Label,
    pub levels: Vec<Level>,
}

/// A rule of blocking: records that say the same in all of the fields are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule(pub Vec<String>);

impl Rule {
    #[must_use]
    pub fn on(fields: &[&str]) -> Self {
        Self(fields.iter().map(|&field| field.to_owned()).collect())
    }

    /// Its fields, joined by `+`.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.join("+")
    }
}

/// Which pairs may be of one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Only records of different sources.
    Across,
    /// Only records of the same source.
    Within,
    Both,
}

/// How many pairs there are of one entity: those that a few near-certain rules find, divided by the share of all that
/// these rules are thought to find.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    pub certain: Vec<Rule>,
    pub recall: f64,
    /// The share of pairs that are of one entity, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// What no cluster may hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Constraints {
    /// Identifier fields in which a cluster has at most one sound value.
    pub never_differ: Vec<String>,
    /// No pair of a cluster may weigh less, whether or not a rule of blocking has made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_pair_below: Option<f64>,
}

/// All that links records; with `m`, `u` and the prior filled in it is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub link: Link,
    pub comparisons: Vec<Comparison>,
    pub blocking: Vec<Rule>,
    pub prior: Prior,
    /// Rules whose pairs train `m`; a comparison that uses a field of the rule is left out of its session.
    pub training: Vec<Rule>,
    pub constraints: Constraints,
    /// Pairs of at least this weight are links.
    pub threshold: f64,
}

impl Model {
    /// Reads what [`Model::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is not a model.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        serde_json::from_str(text).map_err(|error| ModelError::Unreadable(error.to_string()))
    }

    /// The model as JSON that a reviewer can read, with every m, u and rule.
    ///
    /// # Errors
    /// When a number is not finite.
    pub fn to_json(&self) -> Result<String, ModelError> {
        serde_json::to_string_pretty(self).map_err(|error| ModelError::Unreadable(error.to_string()))
    }

    /// Whether every level has its weights.
    #[must_use]
    pub fn is_trained(&self) -> bool {
        let levels = self.comparisons.iter().flat_map(|comparison| &comparison.levels);
        self.prior.probability.is_some()
            && levels.into_iter().all(|level| level.is_missing() || level.m.is_some() && level.u.is_some())
    }
}

impl Test {
    /// The fields that the test looks at.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Missing { fields } => fields.iter().map(String::as_str).collect(),
            Self::All { of } | Self::Any { of } => of.iter().flat_map(Self::fields).collect(),
            Self::Otherwise => Vec::new(),
            Self::Shown { whole, masked, .. } => vec![whole, masked],
            Self::Same { field }
            | Self::Edits { field, .. }
            | Self::OneReplaced { field, .. }
            | Self::Rearranged { field }
            | Self::PartOf { field, .. }
            | Self::Similar { field, .. }
            | Self::CommonPairs { field, .. }
            | Self::CoarseDate { field }
            | Self::SameYear { field }
            | Self::DaysApart { field, .. }
            | Self::Near { field, .. } => vec![field],
        }
    }
}
