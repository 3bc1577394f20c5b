//! The floor that all rooms stand on.
