//! The rules of the data (DESIGN §4), read off the schema and every statement of the program, and the lines that are
//! not crossed, read off the schema, the API's description and the pages' words; and who may call what, and what it leaves.

mod coverage;
mod description;
mod plans;
mod schema;
mod statements;
mod words;
