//! The second factor: time-based codes of RFC 6238 with six digits, thirty seconds and SHA-1, which is what
//! every authenticator speaks.

use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder, Totp};

use crate::clock::Millis;
use crate::error::Error;

const STEP_SECONDS: u64 = 30;

fn totp(secret: &[u8]) -> Result<Totp, Error> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1);
    builder.with_step_duration(STEP_SECONDS).with_secret(secret.to_vec()).build().map_err(Error::internal)
}

/// The step whose code this is, one step early or late allowed; `None` for a wrong code and for one whose step
/// is not after `last_step`: keep the answer as the next `last_step`, and a code opens the door once.
///
/// # Errors
/// [`Error::Internal`] when the secret is shorter than 128 bits.
pub fn totp_step(secret: &[u8], code: &str, now: Millis, last_step: i64) -> Result<Option<i64>, Error> {
    let seconds = u64::try_from(now.0 / 1000).map_err(Error::internal)?;
    let step =
        totp(secret)?.check(code.trim(), seconds).map(i64::try_from).transpose().map_err(Error::internal)?;
    Ok(step.filter(|step| *step > last_step))
}

/// A secret as people type it into an authenticator.
pub fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The address that an authenticator reads from a QR code.
///
/// # Errors
/// [`Error::Internal`] when the secret is shorter than 128 bits.
pub fn otpauth_url(secret: &[u8], username: &str, issuer: &str) -> Result<String, Error> {
    totp(secret)?;
    let (secret, username, issuer) = (base32(secret), escape(username), escape(issuer));
    let label = format!("{issuer}:{username}");
    Ok(format!(
        "otpauth://totp/{label}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}"
    ))
}

/// Percent-encoding of everything but the unreserved characters of RFC 3986.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte))
            }
            _ => {
                escaped.push('%');
                escaped.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Millis {
        Millis(seconds * 1000)
    }

    #[test]
    fn codes_agree_with_rfc_6238() {
        // Appendix B lists eight digits; six digits are their tail.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                totp_step(RFC_SECRET, code, at(seconds), 0).unwrap(),
                Some(seconds / 30),
                "at {seconds}"
            );
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_no_further() {
        let code = "005924";
        let seconds = 1_234_567_890;
        for (shift, taken) in
            [(-60, false), (-30, true), (0, true), (30, true), (59, true), (60, false), (3600, false)]
        {
            let step = totp_step(RFC_SECRET, code, at(seconds + shift), 0).unwrap();
            assert_eq!(step, taken.then_some(seconds / 30), "{shift}");
        }
    }

    #[test]
    fn a_code_opens_the_door_once() {
        let now = at(1_234_567_890);
        let step = totp_step(RFC_SECRET, "005924", now, 0).unwrap().unwrap();
        assert_eq!(totp_step(RFC_SECRET, "005924", now, step).unwrap(), None);
        assert_eq!(totp_step(RFC_SECRET, "005924", now, step - 1).unwrap(), Some(step));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for wrong in ["", "5924", "0059240", "00592a", "+05924", "００５９２４", "005925"] {
            assert_eq!(totp_step(RFC_SECRET, wrong, at(1_234_567_890), 0).unwrap(), None, "{wrong}");
        }
        assert_eq!(totp_step(RFC_SECRET, " 005924 ", at(1_234_567_890), 0).unwrap(), Some(41_152_263));
        assert!(totp_step(b"short", "005924", at(1_234_567_890), 0).is_err());
    }

    #[test]
    fn an_authenticator_can_read_the_address() {
        let url = otpauth_url(RFC_SECRET, "desk.yinshan@柳", "网格").unwrap();
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert!(
            url.starts_with("otpauth://totp/%E7%BD%91%E6%A0%BC:desk.yinshan%40%E6%9F%B3?secret="),
            "{url}"
        );
        assert!(url.contains(&format!("secret={secret}&issuer=%E7%BD%91%E6%A0%BC&")), "{url}");
        assert!(otpauth_url(b"short", "desk.yinshan", "网格").is_err());
    }
}
