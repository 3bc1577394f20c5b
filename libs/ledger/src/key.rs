use std::fmt;
use std::str::FromStr;

use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList, is_key_name_valid};

use crate::error::KeyError;

/// C2SP signed-note: the byte in front of a key that says Ed25519.
const ED25519: u8 = 1;

/// The secret half: signs checkpoints under a name. Never printed.
#[derive(Clone)]
pub struct SigningKey {
    signer: StandardSigner,
    public: VerifierKey,
}

impl SigningKey {
    /// The key of this name that grows from 32 secret bytes; the same seed gives the same key.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let mut secret = vec![ED25519];
        secret.extend(seed);
        let public = VerifierKey::of(name, &ed25519_dalek::SigningKey::from_bytes(seed).verifying_key())?;
        let id = signed_note::Verifier::key_id(&public.verifier);
        let text = format!("PRIVATE+KEY+{name}+{id:08x}+{}", data_encoding::BASE64.encode(&secret));
        let signer = StandardSigner::new(&text).map_err(|_| KeyError::Malformed)?;
        Ok(Self { signer, public })
    }

    /// The name that the key signs under.
    pub fn name(&self) -> &str {
        self.signer.name()
    }

    /// The half that anyone may hold.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    /// `text` as a note with this key's signature below it.
    pub(crate) fn sign(&self, text: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut note = Note::new(text, &[]).map_err(|_| KeyError::Unsignable)?;
        note.add_sigs(&[&self.signer]).map_err(|_| KeyError::Unsignable)?;
        Ok(note.to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

/// The public half, written `name+id+key` as C2SP signed-note writes verifier keys.
#[derive(Clone)]
pub struct VerifierKey {
    verifier: StandardVerifier,
    text: String,
}

impl VerifierKey {
    fn of(name: &str, key: &ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        if !is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(KeyError::Name);
        }
        signed_note::new_ed25519_verifier_key(name, key).parse()
    }

    /// The name that the key signs under.
    pub fn name(&self) -> &str {
        signed_note::Verifier::name(&self.verifier)
    }

    /// The text of a note, if the note is exactly that text and one good signature of this key.
    ///
    /// Stricter than the note format, which allows signatures of strangers: the files of a log hold none, and
    /// a byte that may change unseen is a byte too many.
    pub(crate) fn open<'n>(&self, note: &'n [u8]) -> Option<&'n [u8]> {
        let parsed = Note::from_bytes(note).ok()?;
        let known = VerifierList::new(vec![Box::new(self.verifier.clone())]);
        let (good, strange) = parsed.verify(&known).ok()?;
        if good.len() != 1 || !strange.is_empty() {
            return None;
        }
        let mut alone = parsed.text().to_vec();
        alone.push(b'\n');
        alone.extend(good.iter().flat_map(signed_note::Signature::to_bytes));
        if alone != note {
            return None;
        }
        note.get(..parsed.text().len())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let verifier = StandardVerifier::new(text).map_err(|_| KeyError::Malformed)?;
        Ok(Self { verifier, text: text.to_owned() })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({})", self.text)
    }
}
