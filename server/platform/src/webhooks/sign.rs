//! Signatures as Standard Webhooks 1.0 defines them: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::Error;
use crate::secret::Chance;

/// What a secret begins with, so that nobody takes it for anything else.
const PREFIX: &str = "whsec_";

/// A new secret: 256 bits.
///
/// # Errors
/// [`Error::Internal`] without randomness.
pub(super) fn new_secret(chance: &Chance) -> Result<String, Error> {
    Ok(format!("{PREFIX}{}", BASE64.encode(&chance.bytes::<32>()?)))
}

/// The value of `webhook-signature`.
///
/// # Errors
/// [`Error::Internal`] for what is no secret.
pub(super) fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> Result<String, Error> {
    let key = secret.strip_prefix(PREFIX).and_then(|key| BASE64.decode(key.as_bytes()).ok());
    let key = key.ok_or_else(|| Error::internal("not a webhook's secret"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the reference libraries; `openssl dgst -sha256 -mac hmac` agrees.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(signature("secret", "msg_1", 0, "").is_err());
    }

    #[test]
    fn each_secret_is_new_and_signs() {
        let chance = Chance::seeded(3);
        let (one, other) = (new_secret(&chance).unwrap(), new_secret(&chance).unwrap());
        assert_ne!(one, other);
        assert_ne!(signature(&one, "m", 1, "b").unwrap(), signature(&other, "m", 1, "b").unwrap());
    }
}
