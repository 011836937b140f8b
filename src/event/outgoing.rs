//! What became of mail that was sent: `message.sent`, `.delivered`, `.bounced`, `.complained`,
//! `.rejected` and `.opened` (WIRE, section 2).

use alloc::vec::Vec;

use super::Text;
use super::address::Address;
use crate::wire::object::object;

object! {
    /// A mail was sent: `message.sent`.
    pub struct MessageSent<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was sent.
        pub send: Send<'a>,
    }

    /// What is told of a mail that was sent or delivered.
    pub struct Send<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Who it went to. When it was delivered: who has it.
        pub recipients: Vec<Address<'a>>,
    }

    /// A mail reached the server of a recipient: `message.delivered`.
    pub struct MessageDelivered<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was delivered.
        pub delivery: Send<'a>,
    }

    /// A mail came back: `message.bounced`.
    ///
    /// ```
    /// use agentmail_webhooks::{Address, Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.bounced", "bounce": {
    ///     "type": "Transient", "sub_type": "MailboxFull",
    ///     "recipients": [{"address": "Jane Doe <jane@example.com>", "status": "bounced"}]
    /// }}"#;
    /// let Event::MessageBounced(event) = parse(payload)? else { unreachable!() };
    /// let bounce = event.bounce;
    /// assert_eq!((bounce.kind.as_deref(), bounce.sub_type.as_deref()), (Some("Transient"), Some("MailboxFull")));
    /// // The address stands as it came: take it apart.
    /// assert_eq!(Address::from_text(&*bounce.recipients[0].address).email, "jane@example.com");
    /// // No identifier is required of a bounce.
    /// assert_eq!(bounce.message_id, None);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageBounced<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What came back.
        pub bounce: Bounce<'a>,
    }

    /// What is told of a mail that came back.
    pub struct Bounce<'a> {
        /// The inbox that sent it.
        pub inbox_id: Option<Text<'a>>,
        /// The conversation that it belongs to.
        pub thread_id: Option<Text<'a>>,
        /// Identifies the mail.
        pub message_id: Option<Text<'a>>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// What kind of bounce it is, such as `Permanent`.
        #[rename = "type"]
        pub kind: Option<Text<'a>>,
        /// What exactly, such as `General`.
        pub sub_type: Option<Text<'a>>,
        /// Who did not get it.
        pub recipients: Vec<BouncedRecipient<'a>>,
    }

    /// Somebody whom a mail did not reach.
    pub struct BouncedRecipient<'a> {
        /// The address, as it was sent.
        pub address: Text<'a>,
        /// What their server said, such as `bounced`.
        pub status: Option<Text<'a>>,
    }

    /// A recipient marked a mail as spam: `message.complained`.
    pub struct MessageComplained<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was complained about.
        pub complaint: Complaint<'a>,
    }

    /// What is told of a complaint.
    pub struct Complaint<'a> {
        /// The inbox that sent the mail.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// What kind of complaint it is, such as `abuse`.
        #[rename = "type"]
        pub kind: Option<Text<'a>>,
        /// What exactly, such as `spam`.
        pub sub_type: Option<Text<'a>>,
        /// Who complained.
        pub recipients: Vec<Address<'a>>,
    }

    /// A mail was not sent: `message.rejected`.
    pub struct MessageRejected<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was rejected.
        pub reject: Reject<'a>,
    }

    /// What is told of a mail that was not sent.
    pub struct Reject<'a> {
        /// The inbox that was to send it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
    }

    /// A mail with tracking was opened for the first time: `message.opened`.
    pub struct MessageOpened<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// What was opened.
        pub open: Open<'a>,
    }

    /// What is told of a mail that was opened.
    pub struct Open<'a> {
        /// The inbox that sent it.
        pub inbox_id: Text<'a>,
        /// The conversation that it belongs to.
        pub thread_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub timestamp: Option<Text<'a>>,
    }
}
