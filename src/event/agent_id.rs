//! The event of the `agent_id` product: `mail.received` (WIRE 2 in `tests/fixtures/README.md`).

use super::Text;
use super::address::Address;
use crate::wire::object::object;

object! {
    /// A message arrived at an agent of the `agent_id` product: `mail.received`. Fetch the message itself from
    /// `s3_bucket` and `s3_key`.
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
        /// The agent that received the message.
        pub agent_id: Text<'a>,
        /// Identifies the message.
        pub message_id: Text<'a>,
        /// The sender.
        pub sender: Option<Address<'a>>,
        /// The subject line.
        pub subject: Option<Text<'a>>,
        /// The time of receipt, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// `true` if the sender was authenticated.
        pub sender_verified: Option<bool>,
        /// The trust level of the sender.
        pub peer_trust_tier: Option<Text<'a>>,
        /// `true` if the sender exceeded its rate limit.
        pub rate_limited: Option<bool>,
        /// `true` if the message arrived before.
        pub is_duplicate: Option<bool>,
        /// The S3 bucket that stores the message.
        pub s3_bucket: Option<Text<'a>>,
        /// The S3 key of the message.
        pub s3_key: Option<Text<'a>>,
    }
}
