//! Record linkage: which records of one or several sources are of one entity, and why.
//!
//! The model is that of Fellegi and Sunter (1969): each comparison of two records gives a level, each level a weight
//! log2(m/u), and the sum with the prior is log2 of the odds that both are one entity. Nothing here knows what an
//! entity is; persons, companies and addresses are fields with a [`Kind`] and comparisons with levels.
//!
//! What holds:
//! - the weight of a pair does not depend on which record comes first;
//! - for a seed the result is the same whatever the number of threads;
//! - no more pairs are compared than the plan says;
//! - the steps of an explanation add up to the weight;
//! - no cluster holds two different sound values of a field that must not differ.
//!
//! ```
//! use linkage::{Cells, Comparison, Constraints, Field, Kind, Label, Level, Link, Model, Prior, Rule, Table, Test, Training};
//!
//! let same = |field: &str| Test::Same { field: field.into() };
//! let comparison = |name: &str| Comparison {
//!     name: name.into(),
//!     label: Label::new(name, name),
//!     levels: vec![
//!         Level::new("缺", "missing", Test::Missing { fields: vec![name.into()] }),
//!         Level::new("相同", "same", same(name)),
//!         Level::new("不同", "different", Test::Otherwise),
//!     ],
//! };
//! let mut model = Model {
//!     link: Link::Across,
//!     comparisons: vec![comparison("company"), comparison("town")],
//!     blocking: vec![Rule::on(&["company"])],
//!     prior: Prior { certain: vec![Rule::on(&["company", "town"])], recall: 0.8, probability: None },
//!     training: vec![],
//!     constraints: Constraints::default(),
//!     threshold: 0.0,
//! };
//! let mut table = Table::new(vec![Field::new("company", Kind::Text), Field::new("town", Kind::Text)]);
//! for (source, town) in [("register", "Liuzhou"), ("tax", "Liuzhou")] {
//!     let source = table.source(source)?;
//!     let (mut companies, mut towns) = (Cells::default(), Cells::default());
//!     for at in 0..40 {
//!         companies.push(&format!("company {at}"), true);
//!         towns.push(town, true);
//!     }
//!     table.append(source, &[[companies, towns]])?;
//! }
//! let prepared = linkage::prepare(&model, &table)?;
//! prepared.plan.within(linkage::Limits::default())?;
//! linkage::fit(&mut model, &prepared, Training::default())?;
//! let links = linkage::score(&model, &prepared, model.threshold)?;
//! let clusters = linkage::cluster(&model, &prepared, &links.links, model.threshold)?;
//! assert_eq!(links.compared, 40);
//! assert_eq!(clusters.of.get(40), Some(&0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod cluster;
mod column;
mod compare;
mod em;
mod error;
mod explain;
mod fit;
mod groups;
mod intern;
mod model;
mod one;
mod plan;
mod sample;
mod score;
pub mod svg;
mod table;
pub mod text;
mod weigh;

pub use cluster::{Clusters, Refused, WhyNot, cluster};
pub use column::{Cells, Field, Kind, Read};
pub use error::{ModelError, Refusal, TableError};
pub use explain::{Explainer, Explanation, Language, Step};
pub use fit::{Fit, SessionReport, Training, fit};
pub use groups::Groups;
pub use model::{Comparison, Constraints, Label, Level, Link, Model, Prior, Rule, Test};
pub use one::{Candidate, Loaded};
pub use plan::{Limits, Plan, Prepared, RulePlan, prepare};
pub use score::{Links, Scored, score};
pub use table::Table;
