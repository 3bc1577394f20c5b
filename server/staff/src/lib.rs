//! Organisations, posts, tenures.
