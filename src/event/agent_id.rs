//! The `agent_id` product, which sends one flat event: `mail.received` (seed 003).

use super::Text;
use super::address::Address;
use crate::wire::object::object;

object! {
    /// A mail arrived at an agent of the `agent_id` product: `mail.received`. The mail itself
    /// is to be fetched from `s3_bucket` and `s3_key`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "mail.received", "agent_id": "support-agent", "message_id": "msg-5f0d21",
    ///     "sender": "jane@example.com", "sender_verified": true,
    ///     "s3_bucket": "support-agent-mail", "s3_key": "inbound/msg-5f0d21.eml"}"#;
    /// let Event::MailReceived(event) = parse(payload)? else { unreachable!() };
    /// if event.sender_verified == Some(true) {
    ///     println!("fetch {:?} from {:?}", event.s3_key, event.s3_bucket);
    /// }
    /// # assert_eq!(event.sender_verified, Some(true));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MailReceived<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The agent that received it.
        pub agent_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// Who wrote it.
        pub sender: Option<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// When it was received, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Whether the sender was authenticated.
        pub sender_verified: Option<bool>,
        /// How far the sender is trusted.
        pub peer_trust_tier: Option<Text<'a>>,
        /// Whether the sender was over its limit.
        pub rate_limited: Option<bool>,
        /// Whether the mail had arrived before.
        pub is_duplicate: Option<bool>,
        /// Where the mail is stored.
        pub s3_bucket: Option<Text<'a>>,
        /// Under which name it is stored.
        pub s3_key: Option<Text<'a>>,
    }
}
