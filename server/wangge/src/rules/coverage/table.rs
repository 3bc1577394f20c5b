//! `routes.txt`, read.

use std::fmt;

const TABLE: &str = include_str!("../routes.txt");

/// Who may call a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    Open,
    Session,
    Post,
    Held(String),
    List(String),
    /// The key of a connected system of this kind.
    Key(String),
    /// A resident's pass to their own page.
    Resident,
}

/// What a call leaves in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// It only reads.
    Reads,
    Entry(String),
    /// It changes nothing, though it looks like a change.
    Excused,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: String,
    /// Below `/api/v1`, with its parameters in braces.
    pub path: String,
    /// What follows a question mark.
    pub query: Option<String>,
    /// The action of an order's flow.
    pub action: Option<String>,
    pub right: Right,
    pub trace: Trace,
    line: String,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl Route {
    fn read(line: &str) -> Self {
        let columns: Vec<&str> =
            line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
        let [address, right, trace] = columns[..] else {
            panic!("a line of routes.txt has three columns: {line}")
        };
        let (method, place) = address.split_once(' ').unwrap();
        let (place, action) = parted(place, '#');
        let (path, query) = parted(&place, '?');
        let right = match right {
            "open" => Right::Open,
            "session" => Right::Session,
            "post" => Right::Post,
            "resident" => Right::Resident,
            other => match other.strip_prefix("list:") {
                Some(right) => Right::List(right.to_owned()),
                None => match other.strip_prefix("key:") {
                    Some(kind) => Right::Key(kind.to_owned()),
                    None => Right::Held(other.to_owned()),
                },
            },
        };
        let trace = match trace {
            "-" => Trace::Reads,
            excused if excused.starts_with("none(") => {
                assert!(excused.len() > 12 && excused.ends_with(')'), "an exception has a reason: {line}");
                Trace::Excused
            }
            action => Trace::Entry(action.to_owned()),
        };
        // What is taken away, and whoever is looked at, is written down, though it changes nothing else.
        assert!(
            trace != Trace::Reads || method == "GET",
            "what is no GET is a change or says why not: {line}"
        );
        Self { method: method.to_owned(), path, query, action, right, trace, line: address.to_owned() }
    }

    /// `METHOD /path`, as the API's description has it.
    pub fn address(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it changes or shows one thing that lies somewhere.
    pub fn is_about_something(&self) -> bool {
        self.method != "GET" || self.path.contains('{')
    }
}

fn parted(text: &str, at: char) -> (String, Option<String>) {
    text.split_once(at)
        .map_or_else(|| (text.to_owned(), None), |(head, tail)| (head.to_owned(), Some(tail.to_owned())))
}

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(Route::read).collect()
}

/// The line of `METHOD /path`, with its query or action if it has one.
pub fn route(address: &str) -> Route {
    routes()
        .into_iter()
        .find(|route| route.line == address)
        .unwrap_or_else(|| panic!("routes.txt has no {address}"))
}

#[test]
fn the_table_is_sorted_by_path_and_has_each_line_once() {
    let keys: Vec<(String, String)> = routes()
        .iter()
        .map(|route| {
            let (method, place) = route.line.split_once(' ').unwrap();
            (place.to_owned(), method.to_owned())
        })
        .collect();
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "{:?} stands before {:?}", pair[0], pair[1]);
    }
}
