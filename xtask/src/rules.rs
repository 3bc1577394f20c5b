//! Rules of the house that no compiler knows, checked on every file that Git would keep.

use anyhow::{Result, bail};

use crate::{generated, place, program};

const LONGEST: usize = 400;

/// A mark and why it must not be there. Each is written in two halves, so that this file may pass.
const MARKS: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "finish it, or file an issue"),
    (concat!("FIX", "ME"), "fix it, or file an issue"),
    (concat!("todo", "!("), "finish it"),
    (concat!("/tm", "p/"), "a path of somebody's machine; ask the system for its temporary folder"),
    (concat!("registry.npm", "js.org"), "packages are named, never the host they come from"),
    (concat!("static.crates", ".io"), "packages are named, never the host they come from"),
    (concat!("index.crates", ".io"), "packages are named, never the host they come from"),
    (concat!("deb.debian", ".org"), "packages are named, never the host they come from"),
    (concat!("files.python", "hosted.org"), "packages are named, never the host they come from"),
];

const SQL_VERBS: &[&str] = &["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"];

/// The one place that makes SQL out of strings: the plain statements of a table from the list of its columns.
const SQL_MAKER: &str = "server/store/src/table.rs";

/// # Errors
/// Every breach, one a line, with the file and the line where it stands.
pub fn check() -> Result<()> {
    let listed = program::read(&mut program::command(
        "git",
        &["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    ))?;
    let mut breaches = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty() && !generated::FILES.contains(path)) {
        // A picture, or a file that is deleted and not yet committed so, has no lines to look at.
        let Ok(text) = std::fs::read_to_string(place::root().join(path)) else { continue };
        breaches.extend(breaches_of(path, &text));
    }
    if !breaches.is_empty() {
        bail!("{}", breaches.join("\n"));
    }
    Ok(())
}

fn breaches_of(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let is_code = [".rs", ".vue", ".ts", ".mjs"].iter().any(|ending| path.ends_with(ending));
    let length = text.lines().count();
    if is_code && length > LONGEST {
        breaches.push(format!("{path}: {length} lines; more than {LONGEST} hide a second subject"));
    }
    for (number, line) in (1..).zip(text.lines()) {
        for (mark, reason) in MARKS {
            if line.contains(mark) {
                breaches.push(format!("{path}:{number}: `{mark}`: {reason}"));
            }
        }
    }
    if path.ends_with(".rs") && path != SQL_MAKER {
        breaches.extend(formatted_sql(text).map(|number| {
            format!("{path}:{number}: SQL in a format string; SQL is a constant and its values are bound")
        }));
    }
    breaches
}

/// The lines on which a `format!` begins whose text holds a statement.
fn formatted_sql(text: &str) -> impl Iterator<Item = usize> {
    let opening = concat!("format", "!(");
    text.match_indices(opening).filter_map(move |(at, _)| {
        let rest = text.get(at + opening.len()..)?.trim_start();
        let literal = rest.trim_start_matches(['r', '#']).strip_prefix('"')?;
        let (statement, _) = literal.split_once('"')?;
        let has_verb = SQL_VERBS.iter().any(|verb| statement.contains(verb));
        has_verb.then(|| text.get(..at).map_or(1, |before| before.lines().count().max(1)))
    })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, breaches_of};

    #[test]
    fn a_long_file_is_a_breach_and_a_long_document_is_not() {
        let long = "\n".repeat(LONGEST + 1);
        assert_eq!(breaches_of("server/orders/src/close.rs", &long).len(), 1);
        assert_eq!(breaches_of("docs/why.md", &long), Vec::<String>::new());
    }

    #[test]
    fn a_mark_is_named_with_its_line() {
        let text = format!("fine\n// {}: later\n", concat!("TO", "DO"));
        let found = breaches_of("web/office/inbox/Inbox.vue", &text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("web/office/inbox/Inbox.vue:2:"), "{found:?}");
    }

    #[test]
    fn sql_in_a_format_string_is_found_and_other_text_is_not() {
        let bad = format!(
            "let a = 1;\nlet b = {}\n  \"SELECT id FROM t WHERE n = {{a}}\");",
            concat!("format", "!(")
        );
        let found = breaches_of("server/orders/src/query.rs", &bad);
        assert!(found.len() == 1 && found[0].contains(":2:"), "{found:?}");
        let good = bad.replace("SELECT id", "selected id");
        assert!(breaches_of("server/orders/src/query.rs", &good).is_empty());
    }
}
