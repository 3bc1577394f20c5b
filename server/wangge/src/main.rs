//! The program: commands, router, migrations in order, the demo district.
fn main() {}
