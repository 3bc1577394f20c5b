//! Webhooks: what happened to orders, sent to systems that asked for it.
//!
//! - **In order, at least once.** A webhook reads the [`feed`](crate::feed) behind its own cursor. What it is to send is
//!   written down in the transaction that moves the cursor; the next is sent once the one before was taken. A crash after
//!   sending repeats it under the same id.
//! - **Patient, not endless.** A refusal is tried again with growing pauses; after `webhooks.give_up_days` of nothing else,
//!   or a `410 Gone`, it is paused and says why. Nothing is lost meanwhile: it goes on where it stood.
//! - **Signed** as Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, and `webhook-signature` over both and the body.
//! - **No way inside.** An address is judged when it is connected to: private networks are out of reach unless the
//!   configuration opens them, and redirects are not followed.
//!
//! Who may: `webhook:manage` where the webhook's street lies. One process sends: the one whose `server.process` is 0.

mod api;
mod deliver;
mod hook;
mod send;
mod sign;

pub use api::DeliveryId;
pub(crate) use api::router;
pub use hook::WebhookId;
