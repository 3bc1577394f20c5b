//! Whom to call about an order: sealed, found only through blind indexes, shown only for a stated purpose.

use platform::{App, Error, FieldProblem, PostKind, Text, Write};
use serde_json::json;
use store::{table, vals};

use crate::intake::is_confidential;
use crate::order::Order;

const NAME_CHARS: usize = 40;
/// The names of the indexes in the vault.
const PHONE: &str = "orders.phone";
const PHONE_TAIL: &str = "orders.phone_tail";

/// A person to call, in clear: never stored so.
#[derive(Clone)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// No personal field in a log.
impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

table! {
    /// The same, sealed. Its id is the order's.
    pub struct ContactRow in "order_contacts" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub name_sealed: Option<String>,
        pub phone_sealed: Option<String>,
        pub phone_index: Option<Vec<u8>>,
        /// Of the last four digits together with the order, so that equal endings do not look equal.
        pub phone_tail_index: Option<Vec<u8>>,
    }
}

impl Contact {
    /// Trims; a contact without name and phone is none.
    ///
    /// # Errors
    /// What is wrong with its fields.
    pub(crate) fn tidy(self) -> Result<Option<Self>, Vec<FieldProblem>> {
        let text =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (name, phone) = (text(self.name), text(self.phone));
        let mut problems = Vec::new();
        if name.as_ref().is_some_and(|name| name.chars().count() > NAME_CHARS) {
            problems
                .push(FieldProblem::new("contact.name", Text::new("不超过 40 字", "40 characters at most")));
        }
        let phone = match phone {
            None => None,
            Some(written) => match digits(&written) {
                Some(digits) => Some(digits),
                None => {
                    let text = Text::new(
                        "请填写 11 位手机号码或带区号的固定电话",
                        "a mobile number of 11 digits, or a landline with its area code",
                    );
                    problems.push(FieldProblem::new("contact.phone", text));
                    None
                }
            },
        };
        match problems.is_empty() {
            true => Ok((name.is_some() || phone.is_some()).then_some(Self { name, phone })),
            false => Err(problems),
        }
    }

    pub(crate) fn seal(self, app: &App, order: &Order) -> Result<ContactRow, Error> {
        let seal = |column, plain: &Option<String>| match plain {
            Some(plain) => app
                .vault()
                .seal("order_contacts", column, order.id, plain.as_bytes())
                .map(Some)
                .map_err(Error::internal),
            None => Ok(None),
        };
        let index = |name, value: String| app.vault().index(name, &value).to_vec();
        let tail = self.phone.as_deref().and_then(tail_of);
        Ok(ContactRow {
            street_id: order.street_id,
            id: order.id,
            name_sealed: seal("name_sealed", &self.name)?,
            phone_sealed: seal("phone_sealed", &self.phone)?,
            phone_index: self.phone.clone().map(|phone| index(PHONE, phone)),
            phone_tail_index: tail.map(|tail| index(PHONE_TAIL, with_order(order, tail))),
        })
    }
}

impl ContactRow {
    /// What was sealed.
    ///
    /// # Errors
    /// [`Error::Internal`] when the vault cannot open it.
    pub fn open(&self, app: &App) -> Result<Contact, Error> {
        let open = |column, sealed: &Option<String>| match sealed {
            Some(sealed) => {
                let plain =
                    app.vault().open("order_contacts", column, self.id, sealed).map_err(Error::internal)?;
                String::from_utf8(plain).map(Some).map_err(Error::internal)
            }
            None => Ok(None),
        };
        Ok(Contact {
            name: open("name_sealed", &self.name_sealed)?,
            phone: open("phone_sealed", &self.phone_sealed)?,
        })
    }

    /// Whether the phone that was left ends in these four digits.
    pub fn ends_in(&self, app: &App, order: &Order, tail: &str) -> bool {
        let asked = app.vault().index(PHONE_TAIL, &with_order(order, tail));
        self.phone_tail_index.as_ref().is_some_and(|kept| platform::secret::equal(kept, &asked))
    }
}

/// Shows whom to call, to whoever may ask, for the purpose that the call states.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Missing`] when nobody left a contact.
pub async fn reveal(w: &Write, order: &Order) -> Result<Contact, Error> {
    w.require("order:contact", &order.thing())?;
    let is_of_unit =
        |caller: &platform::Caller| matches!(caller.post.kind, PostKind::Handler | PostKind::DepartmentHead);
    // Whoever is complained of may sit in the unit that handles it.
    if w.call().caller().is_ok_and(is_of_unit) && is_confidential(w, order).await? {
        let text = Text::new(
            "来电人要求保密，请通过指挥中心联系",
            "the caller asked for confidence; go through the command centre",
        );
        return Err(Error::Forbidden(text));
    }
    let row: Option<ContactRow> = w.find(&vals![order.street_id, order.id]).await?;
    let contact = row.ok_or(Error::Missing("contact"))?.open(w.app())?;
    w.record("order:contact", order.wire_id(), json!({ "fields": ["name", "phone"] }));
    Ok(contact)
}

/// A phone with its middle covered: `138****5678`.
pub fn masked(phone: &str) -> String {
    let (head, tail) = (phone.get(..3).unwrap_or_default(), tail_of(phone).unwrap_or_default());
    format!("{head}****{tail}")
}

/// The digits of a Chinese phone number; `None` for anything else.
fn digits(written: &str) -> Option<String> {
    let plain: String =
        written.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '（' | '）')).collect();
    let plain = plain.strip_prefix("+86").unwrap_or(&plain);
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mobile = plain.len() == 11 && plain.starts_with('1');
    let landline = (10..=12).contains(&plain.len()) && plain.starts_with('0');
    (mobile || landline).then(|| plain.to_owned())
}

fn tail_of(phone: &str) -> Option<&str> {
    phone.get(phone.len().checked_sub(4)?..)
}

fn with_order(order: &Order, tail: &str) -> String {
    format!("{}:{tail}", order.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_taken_as_people_write_them() {
        for (written, kept) in [
            ("138 0000 5678", Some("13800005678")),
            ("+86-13800005678", Some("13800005678")),
            ("0772-3888888", Some("07723888888")),
            ("（0772）3888888", Some("07723888888")),
            ("3888888", None),
            ("1380000567", None),
            ("110", None),
            ("一三八", None),
        ] {
            assert_eq!(digits(written).as_deref(), kept, "{written}");
        }
        assert_eq!(masked("13800005678"), "138****5678");
    }
}
