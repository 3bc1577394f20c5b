//! Flow definitions, checked before they are published; allowed actions; decisions.
