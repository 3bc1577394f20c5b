//! Duty items, case classes, standards, flows, calendars.
