//! The words after a command: flags and flags with a value, each taken once, none left over.

use std::str::FromStr;

use anyhow::{Result, bail};

pub struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Takes `--name` and says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    ///
    /// # Errors
    /// When the value is missing or is not a `T`.
    pub fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(at) = self.words.iter().position(|word| word.split('=').next() == Some(name)) else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        let text = match word.split_once('=') {
            Some((_, text)) => text.to_owned(),
            None if at < self.words.len() => self.words.remove(at),
            None => bail!("`{name}` needs a value"),
        };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => bail!("`{name}` cannot be `{text}`"),
        }
    }

    /// Takes the next bare word.
    pub fn word(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with("--"))?;
        Some(self.words.remove(at))
    }

    /// # Errors
    /// When a word was not taken by anyone.
    pub fn finish(self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("`{word}` is not understood here; see `cargo xtask help`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn arguments(text: &str) -> Arguments {
        Arguments::new(text.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn values_come_behind_a_space_or_an_equals_sign() {
        let mut given = arguments("--port 8601 --dir=there --reset");
        assert_eq!(given.value::<u16>("--port").unwrap(), Some(8601));
        assert_eq!(given.value::<String>("--dir").unwrap().as_deref(), Some("there"));
        assert!(given.flag("--reset"));
        assert!(!given.flag("--reset"));
        given.finish().unwrap();
    }

    #[test]
    fn a_word_that_nobody_took_is_refused_by_name() {
        let error = arguments("--prot 8601").finish().unwrap_err();
        assert!(error.to_string().contains("`--prot`"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_by_name() {
        let error = arguments("--port abc").value::<u16>("--port").unwrap_err();
        assert_eq!(error.to_string(), "`--port` cannot be `abc`");
        let error = arguments("--port").value::<u16>("--port").unwrap_err();
        assert_eq!(error.to_string(), "`--port` needs a value");
    }
}
