//! Numbers of the day and the map of load.
