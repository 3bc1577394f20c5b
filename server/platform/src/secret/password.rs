//! Passwords: argon2id, slow and hungry on purpose.

use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::Chance;
use crate::config::Password as Rules;
use crate::error::Error;
use crate::text::Text;

const SHORTEST: usize = 12;
/// A bound on the work that one call can ask for.
const LONGEST: usize = 128;

/// Well-known passwords that are long enough to pass otherwise, or the heart of such.
const WELL_KNOWN: &[&str] = &[
    "1234567890",
    "0987654321",
    "0123456789",
    "9876543210",
    "1q2w3e4r",
    "1qaz2wsx",
    "abcdefgh",
    "administrator",
    "admin123",
    "asdfghjkl",
    "changeme",
    "iloveyou",
    "letmein",
    "password",
    "p@ssw0rd",
    "p@ssword",
    "passw0rd",
    "qazwsxedc",
    "qwertyuiop",
    "qwerty123",
    "woaini",
    "zxcvbnm",
    "5201314",
    "wangge",
];

/// Whether a new password may be taken: 12 to 128 characters, not built around the username or a well-known
/// password. Nothing about capitals, digits and signs: they make passwords alike, not strong.
///
/// # Errors
/// All that the person has to change.
pub fn check_password(password: &str, username: &str) -> Result<(), Vec<Text>> {
    let mut problems = Vec::new();
    let length = password.chars().count();
    if length < SHORTEST {
        problems.push(Text::new(
            "密码至少需要 12 个字符，可以用一句好记的话",
            "a password needs at least 12 characters; a sentence is fine",
        ));
    }
    if length > LONGEST {
        problems.push(Text::new("密码最多 128 个字符", "a password has at most 128 characters"));
    }
    let lower = password.to_lowercase();
    let username = username.trim().to_lowercase();
    if !username.is_empty() && (lower == username || adds_little(&lower, &[&username])) {
        problems.push(Text::new("密码不能由用户名变化而来", "a password must not be made of the username"));
    } else if adds_little(&lower, WELL_KNOWN) || few_letters(&lower) {
        problems.push(Text::new(
            "这个密码太常见，很容易被猜到",
            "this password is too common and easily guessed",
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Whether `password` is made of `cores`, however often repeated, and fewer than six characters besides.
fn adds_little(password: &str, cores: &[&str]) -> bool {
    let cores = cores.iter().filter(|core| core.chars().count() >= 3);
    let rest = cores.fold(password.to_owned(), |rest, core| rest.replace(core, ""));
    rest != password && rest.chars().count() < 6
}

/// Whether it is the same few characters again and again.
fn few_letters(password: &str) -> bool {
    password.chars().collect::<std::collections::HashSet<_>>().len() < 5
}

fn hasher(rules: &Rules) -> Result<Argon2<'static>, Error> {
    let number = |value: i64| u32::try_from(value).map_err(Error::internal);
    let (memory, passes, lanes) = (number(rules.memory_kib)?, number(rules.passes)?, number(rules.lanes)?);
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password for keeping, as a PHC string that carries its own rules and salt. Takes tens of
/// milliseconds and much memory on purpose: call it apart from the async threads.
///
/// # Errors
/// [`Error::Internal`] when the rules are out of argon2's range.
pub fn hash_password(password: &str, rules: &Rules, chance: &Chance) -> Result<String, Error> {
    let salt = chance.bytes::<16>()?;
    let hash = hasher(rules)?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether `password` is the one that was hashed, by the rules of its own time. As dear as [`hash_password`].
///
/// # Errors
/// [`Error::Internal`] when what was kept is no argon2 hash.
pub fn verify_password(password: &str, kept: &str) -> Result<bool, Error> {
    match Argon2::default().verify_password(password.as_bytes(), kept) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(broken) => Err(Error::internal(broken)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Rules = Rules { memory_kib: 64, passes: 1, lanes: 1 };

    #[test]
    fn only_the_same_password_opens() {
        let kept = hash_password("一句好记又很长的话，不告诉别人", &QUICK, &Chance::seeded(1)).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{kept}");
        assert!(verify_password("一句好记又很长的话，不告诉别人", &kept).unwrap());
        assert!(!verify_password("一句好记又很长的话，不告诉别", &kept).unwrap());
        assert!(!verify_password("", &kept).unwrap());
    }

    #[test]
    fn the_same_password_is_never_kept_the_same_way() {
        let chance = Chance::seeded(1);
        let one = hash_password("correct horse battery", &QUICK, &chance).unwrap();
        assert_ne!(one, hash_password("correct horse battery", &QUICK, &chance).unwrap());
    }

    #[test]
    fn a_hash_of_older_rules_still_opens() {
        let older = Rules { memory_kib: 128, passes: 3, lanes: 2 };
        let kept = hash_password("correct horse battery", &older, &Chance::seeded(1)).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=128,t=3,p=2$"), "{kept}");
        assert!(verify_password("correct horse battery", &kept).unwrap());
    }

    #[test]
    fn what_is_no_hash_is_an_error_and_not_a_refusal() {
        assert!(verify_password("correct horse battery", "").is_err());
        assert!(verify_password("correct horse battery", "$md5$abc").is_err());
        let impossible = Rules { memory_kib: 1, passes: 0, lanes: 0 };
        assert!(hash_password("x", &impossible, &Chance::seeded(1)).is_err());
        assert!(hash_password("x", &Rules { passes: -1, ..QUICK }, &Chance::seeded(1)).is_err());
    }

    #[test]
    fn argon2id_agrees_with_rfc_9106() {
        let params = argon2::ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
            .output_len(32)
            .build()
            .unwrap();
        let hasher = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let mut out = [0; 32];
        hasher.hash_password_into(&[1; 32], &[2; 16], &mut out).unwrap();
        let known = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
        assert_eq!(data_encoding::HEXLOWER.encode(&out), known);
    }

    #[test]
    fn a_long_sentence_is_a_good_password_and_a_decorated_word_is_not() {
        for good in [
            "correct horse battery",
            "柳南的桂花今年开得特别早啊",
            "k3vd-99t0-xw4b-7m2c",
            "password is the safe word",
        ] {
            assert_eq!(check_password(good, "desk.yinshan"), Ok(()), "{good}");
        }
        for bad in [
            "",
            "短密码",
            "elevenchars",
            "password1234",
            "Password!2026",
            "aaaaaaaaaaaaaaaa",
            "121212121212",
            "123456789012",
            "qwertyuiop12",
            "woaini5201314",
            "desk.yinshan",
            "Desk.Yinshan2026",
            "desk.yinshandesk.yinshan",
        ] {
            assert!(check_password(bad, "desk.yinshan").is_err(), "{bad}");
        }
        assert!(check_password(&"长短句好".repeat(33), "x").is_err(), "more than 128 characters");
    }
}
