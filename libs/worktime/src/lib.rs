//! Calendars with make-up workdays, working hours, deadlines and pauses; every deadline explains itself.
