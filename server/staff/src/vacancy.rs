//! What a grid needs beside what it has.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::grid::GridRole;

/// One role of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RoleCount {
    pub role: GridRole,
    pub needed: i64,
    pub held: i64,
}

impl RoleCount {
    /// How many are missing; whoever is too many in one grid fills no place in another.
    pub fn missing(&self) -> i64 {
        (self.needed - self.held).max(0)
    }
}

/// Who serves the grids of one or more streets.
#[derive(Default)]
pub(crate) struct Staffing {
    held: HashMap<(i64, GridRole), i64>,
    property: HashSet<i64>,
}

impl Staffing {
    /// `held` counts people by grid and role; `property` names the grids that a property company serves.
    pub fn of(
        held: impl IntoIterator<Item = ((i64, GridRole), i64)>,
        property: impl IntoIterator<Item = i64>,
    ) -> Self {
        let mut staffing = Self { property: property.into_iter().collect(), ..Self::default() };
        for (place, people) in held {
            *staffing.held.entry(place).or_default() += people;
        }
        staffing
    }

    /// Every role of a grid.
    pub fn roles(&self, grid: i64) -> [RoleCount; 4] {
        let property = self.property.contains(&grid);
        GridRole::ALL.map(|role| {
            let held = self.held.get(&(grid, role)).copied().unwrap_or(0);
            RoleCount { role, needed: role.needed(property), held }
        })
    }

    /// The roles of a grid in which somebody is missing.
    pub fn lacking(&self, grid: i64) -> impl Iterator<Item = RoleCount> {
        self.roles(grid).into_iter().filter(|count| count.missing() > 0)
    }
}

/// The sums of a street.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RoleSum {
    pub role: GridRole,
    pub needed: i64,
    pub held: i64,
    /// The sum of what each grid lacks: with people too many elsewhere it is more than `needed - held`.
    pub missing: i64,
}

impl Staffing {
    /// The sums of each role over some grids, and how many of the grids lack somebody.
    pub fn sums(&self, grids: impl Iterator<Item = i64>) -> (Vec<RoleSum>, i64) {
        let mut sums = GridRole::ALL.map(|role| RoleSum { role, needed: 0, held: 0, missing: 0 });
        let mut lacking = 0;
        for grid in grids {
            let roles = self.roles(grid);
            lacking += i64::from(roles.iter().any(|count| count.missing() > 0));
            for (sum, count) in sums.iter_mut().zip(roles) {
                sum.needed += count.needed;
                sum.held += count.held;
                sum.missing += count.missing();
            }
        }
        (sums.into(), lacking)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_needs_a_property_contact_only_where_a_property_company_serves() {
        let staffing = Staffing::of([((1, GridRole::GridWorker), 1)], [2]);
        let needs = |grid| staffing.roles(grid).map(|count| count.needed);
        assert_eq!((needs(1), needs(2)), ([2, 2, 0, 1], [2, 2, 1, 1]));
        assert_eq!(staffing.lacking(1).map(|count| count.missing()).collect::<Vec<_>>(), [1, 2, 1]);
    }

    #[test]
    fn one_too_many_here_is_still_one_missing_there() {
        let staffing = Staffing::of([((1, GridRole::GridWorker), 3), ((2, GridRole::GridWorker), 1)], []);
        let (sums, lacking) = staffing.sums([1, 2].into_iter());
        assert_eq!(sums[0], RoleSum { role: GridRole::GridWorker, needed: 4, held: 4, missing: 1 });
        assert_eq!(lacking, 2, "both lack assistants and heads of buildings");
    }
}
