//! Identifiers, names, numerals, dates and addresses as they are written in China.
