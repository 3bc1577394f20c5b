//! Configuration: the commented default file is the documentation; a file and the environment lie over it.
//! Unknown keys and bad values are refused with their line.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, de};
use store::{Options, Place};

/// The defaults, as documented.
pub const DEFAULT: &str = include_str!("config.default.toml");
const PREFIX: &str = "WANGGE_";

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub data: Data,
    pub district: District,
    pub session: Session,
    pub password: Password,
    pub vault: Vault,
    pub ledger: Ledger,
    pub limits: Limits,
    pub webhooks: Webhooks,
    pub fusion: Fusion,
}

/// Where and how the program is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: std::net::SocketAddr,
    #[serde(deserialize_with = "origin")]
    pub public_url: String,
    pub log: LogForm,
    pub log_filter: String,
    #[serde(deserialize_with = "between::<_, 0, 31>")]
    pub process: i64,
    #[serde(deserialize_with = "between::<_, 1, 100_000>")]
    pub at_once: i64,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogForm {
    Text,
    Json,
}

/// Where data lies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
    #[serde(deserialize_with = "place")]
    pub store: Place,
    #[serde(deserialize_with = "between::<_, 1, 256>")]
    pub readers: i64,
    #[serde(deserialize_with = "between::<_, 16, 1_000_000>")]
    pub queue: i64,
}

/// The district that the program runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    #[serde(deserialize_with = "between::<_, 110_000, 829_999>")]
    pub code: i64,
    pub name_zh: String,
    pub name_en: String,
}

/// How long a session lives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    #[serde(deserialize_with = "between::<_, 1, 1440>")]
    pub idle_minutes: i64,
    #[serde(deserialize_with = "between::<_, 1, 168>")]
    pub absolute_hours: i64,
}

/// The cost of a password's hash.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    #[serde(deserialize_with = "between::<_, 8, 4_194_304>")]
    pub memory_kib: i64,
    #[serde(deserialize_with = "between::<_, 1, 64>")]
    pub passes: i64,
    #[serde(deserialize_with = "between::<_, 1, 64>")]
    pub lanes: i64,
}

/// How fields are sealed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    pub algorithm: String,
}

/// How often the ledger is signed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    #[serde(deserialize_with = "between::<_, 1, 60>")]
    pub checkpoint_seconds: i64,
}

/// What one address may ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    #[serde(deserialize_with = "between::<_, 1, 1_000_000>")]
    pub public_per_minute: i64,
    #[serde(deserialize_with = "between::<_, 1, 1_000_000>")]
    pub reports_per_hour: i64,
    #[serde(deserialize_with = "between::<_, 1, 1_000_000>")]
    pub system_per_minute: i64,
}

/// Where events may be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    pub hosts: Vec<String>,
    pub private: bool,
    #[serde(deserialize_with = "between::<_, 1, 90>")]
    pub give_up_days: i64,
}

/// How batches of people's data come in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fusion {
    pub hosts: Vec<String>,
    #[serde(deserialize_with = "between::<_, 1, 2_000>")]
    pub largest_mb: i64,
    #[serde(deserialize_with = "between::<_, 1, 3_600>")]
    pub pull_seconds: i64,
}

/// Why a configuration is refused; the text names the file and shows the line.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("cannot read {path}: {reason}", path = .0.display(), reason = .1)]
    File(PathBuf, std::io::Error),
    #[error("{place}: {reason}", place = .0, reason = .1)]
    Value(String, String),
}

impl Config {
    /// The defaults under an optional file under the environment.
    ///
    /// # Errors
    /// [`Refused`], naming the line of the file or the variable of the environment.
    pub fn read(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Refused> {
        let mut settings = toml::Table::new();
        lay_over(&mut settings, table(DEFAULT, "defaults")?);
        if let Some(path) = file {
            let text =
                std::fs::read_to_string(path).map_err(|error| Refused::File(path.to_owned(), error))?;
            check_alone(&text, &path.display().to_string())?;
            lay_over(&mut settings, table(&text, &path.display().to_string())?);
        }
        for (name, value) in environment.filter(|(name, _)| name.starts_with(PREFIX) && name.contains("__")) {
            let key = name.trim_start_matches(PREFIX).to_lowercase();
            let text = written(&key, &value);
            check_alone(&text, &name)?;
            lay_over(&mut settings, table(&text, &name)?);
        }
        settings
            .try_into()
            .map_err(|error: toml::de::Error| Refused::Value("configuration".into(), error.to_string()))
    }

    /// How the store is opened.
    pub fn store(&self) -> Options {
        let place = match &self.data.store {
            Place::Sqlite(path) if path.is_relative() => Place::Sqlite(self.data.dir.join(path)),
            other => other.clone(),
        };
        let count = |value| usize::try_from(value).unwrap_or(1);
        Options { place, readers: count(self.data.readers), queue: count(self.data.queue) }
    }

    /// Whether session cookies travel only over TLS.
    pub fn secure_cookies(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }

    pub fn session_idle_ms(&self) -> i64 {
        self.session.idle_minutes * 60_000
    }

    pub fn session_absolute_ms(&self) -> i64 {
        self.session.absolute_hours * 3_600_000
    }
}

fn table(text: &str, place: &str) -> Result<toml::Table, Refused> {
    text.parse().map_err(|error: toml::de::Error| Refused::Value(place.to_owned(), error.to_string()))
}

/// One variable of the environment as a line of the file; a value that is no TOML value is a text.
fn written(key: &str, value: &str) -> String {
    let (section, key) = key.split_once("__").unwrap_or(("", key));
    let plain = format!("[{section}]\n{key} = {value}\n");
    match plain.parse::<toml::Table>() {
        Ok(_) => plain,
        Err(_) => format!("[{section}]\n{key} = {}\n", toml::Value::String(value.to_owned())),
    }
}

/// Reads a partial file by itself, laid over nothing but the keys that it does not set, so that an error
/// carries the line of this file and not of a mixture.
fn check_alone(text: &str, place: &str) -> Result<(), Refused> {
    let given = table(text, place)?;
    let mut rest = table(DEFAULT, "defaults")?;
    for (section, keys) in &given {
        if let (Some(toml::Value::Table(rest)), toml::Value::Table(keys)) = (rest.get_mut(section), keys) {
            keys.keys().for_each(|key| drop(rest.remove(key)));
        }
    }
    // Sections appear once in TOML: what the file leaves out of a section goes right under its headline.
    let mut whole = String::new();
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        whole.push_str(line);
        whole.push('\n');
        lines.push(at + 1);
        let section = line.trim().strip_prefix('[').and_then(|line| line.split(']').next());
        if let Some(toml::Value::Table(keys)) = section.and_then(|section| rest.remove(section.trim())) {
            for (key, value) in keys {
                whole.push_str(&format!("{key} = {value}\n"));
                lines.push(at + 1);
            }
        }
    }
    for (section, keys) in &rest {
        whole.push_str(&format!("[{section}]\n"));
        if let toml::Value::Table(keys) = keys {
            keys.iter().for_each(|(key, value)| whole.push_str(&format!("{key} = {value}\n")));
        }
    }
    let Err(error) = toml::from_str::<Config>(&whole) else { return Ok(()) };
    let line = error.span().map(|span| whole.get(..span.start).unwrap_or_default().matches('\n').count());
    let line = line.and_then(|line| lines.get(line).copied());
    let place = line.map_or_else(|| place.to_owned(), |line| format!("{place}, line {line}"));
    let shown = line.and_then(|line| text.lines().nth(line - 1)).map(|line| format!("\n    {line}"));
    Err(Refused::Value(place, format!("{}{}", error.message(), shown.unwrap_or_default())))
}

fn lay_over(under: &mut toml::Table, over: toml::Table) {
    for (section, keys) in over {
        match (under.get_mut(&section), keys) {
            (Some(toml::Value::Table(under)), toml::Value::Table(keys)) => under.extend(keys),
            (_, keys) => drop(under.insert(section, keys)),
        }
    }
}

fn between<'de, D: Deserializer<'de>, const LOW: i64, const HIGH: i64>(from: D) -> Result<i64, D::Error> {
    let value = i64::deserialize(from)?;
    match (LOW..=HIGH).contains(&value) {
        true => Ok(value),
        false => Err(de::Error::custom(format!("`{value}` is not between {LOW} and {HIGH}"))),
    }
}

fn origin<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
        true => Ok(text),
        false => {
            Err(de::Error::custom(format!("`{text}` is not http://host or https://host, without a path")))
        }
    }
}

fn place<'de, D: Deserializer<'de>>(from: D) -> Result<Place, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, Refused> {
        let folder = std::env::temp_dir().join(format!("wangge-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{:x}.toml", text.len() * 31 + environment.len()));
        std::fs::write(&path, text).unwrap();
        Config::read(
            Some(&path),
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn the_environment_lies_over_the_file_and_the_file_over_the_defaults() {
        let config = read(
            "[server]\nlog = \"json\"\npublic_url = \"https://a.example\"\n",
            &[
                ("WANGGE_SERVER__LISTEN", "0.0.0.0:80"),
                ("WANGGE_DATA__READERS", "2"),
                ("WANGGE_TEST_PG", "x"),
            ],
        )
        .unwrap();
        assert_eq!(config.server.log, LogForm::Json);
        assert!(config.secure_cookies());
        assert_eq!(config.server.listen.port(), 80);
        assert_eq!((config.data.readers, config.district.code), (2, 450_204));
    }

    #[test]
    fn an_unknown_key_or_a_bad_value_is_refused_with_its_line() {
        let wrong = |text, environment: &[(&str, &str)]| read(text, environment).unwrap_err().to_string();
        let unknown = wrong("\n[server]\nlog = \"json\"\nprot = 80\n", &[]);
        assert!(unknown.contains("line 4") && unknown.contains("prot"), "{unknown}");
        let range = wrong("# hello\n[session]\nidle_minutes = 0\n", &[]);
        assert!(range.contains("line 3") && range.contains("between 1 and 1440"), "{range}");
        let section = wrong("[sessions]\nidle_minutes = 0\n", &[]);
        assert!(section.contains("line 1") && section.contains("sessions"), "{section}");
        let kind = wrong("[data]\nreaders = 2\nqueue = \"many\"\n", &[]);
        assert!(kind.contains("line 3"), "{kind}");
        let variable = wrong("", &[("WANGGE_DATA__STORE", "mysql://x")]);
        assert!(variable.contains("WANGGE_DATA__STORE") && variable.contains("mysql"), "{variable}");
        let syntax = wrong("[data\n", &[]);
        assert!(syntax.contains("line 1"), "{syntax}");
    }
}
