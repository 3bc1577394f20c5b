//! Reporting, tracking and rating without an account.
