//! From report to closed.
