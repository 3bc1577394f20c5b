//! Divisions, grids, boundaries.
