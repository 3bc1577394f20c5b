//! What can be wrong with a table, a model or a plan. Every error names the field, the comparison or the rule.

use thiserror::Error;

/// Why records cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableError {
    #[error("the columns of the batch do not fit the fields")]
    Shape,
    #[error("more records or distinct texts than 32 bits count")]
    Full,
    #[error("more than 254 sources")]
    Sources,
}

/// Why a model does not fit a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    #[error("{place} names the field `{field}`, which the table does not have")]
    UnknownField { place: String, field: String },
    #[error("{place} needs a field of another kind than `{field}` is")]
    WrongKind { place: String, field: String },
    #[error("comparison `{0}` has fewer than two levels, or more than 255")]
    Levels(String),
    #[error("the comparisons have more than a million patterns of levels together")]
    Patterns,
    #[error("the model has no rule of blocking")]
    NoRule,
    #[error("rule `{0}` blocks on no field")]
    EmptyRule(String),
    #[error("level `{level}` of comparison `{comparison}` has no weights: the model is not trained")]
    Untrained { comparison: String, level: String },
    #[error("the prior or a probability of the model is not between 0 and 1")]
    Probability,
    #[error("the model is not readable: {0}")]
    Unreadable(String),
}

/// Why a plan is refused. What would be too much is said, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error(
        "rule `{rule}` makes {pairs} pairs, more than {limit}; make the rule narrower or raise the limit"
    )]
    Pairs { rule: String, pairs: u64, limit: u64 },
    #[error(
        "rule `{rule}` puts {records} records with `{value}` into one block, more than {limit}; is it a placeholder?"
    )]
    Block { rule: String, value: String, records: u64, limit: u64 },
    #[error("about {needed} bytes are needed, more than {limit}")]
    Memory { needed: u64, limit: u64 },
}
