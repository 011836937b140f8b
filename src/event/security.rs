//! Agent Armor, which looks through mail that arrived: `message.security.*` (WIRE, section 2).

use super::Text;
use crate::wire::object::object;

object! {
    /// Agent Armor reached a verdict, or holds a mail for review: `message.security.completed` and
    /// `message.security.review`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "message.security.completed", "message": {
    ///     "inbox_id": "inbox_1", "message_id": "<1@example.com>",
    ///     "agent_armor": {"status": "pending", "deadline_at": "2026-03-02T09:16:01.000Z"}
    /// }}"#;
    /// let Event::MessageSecurityCompleted(event) = parse(payload)? else { unreachable!() };
    /// let armor = event.message.agent_armor.unwrap_or_default();
    /// match (armor.status.as_deref(), armor.verdict.as_deref()) {
    ///     (Some("complete"), Some("clear")) => println!("go on"),
    ///     (Some("pending"), _) => println!("a verdict comes by {:?}", armor.deadline_at),
    ///     // Also what this code does not know yet.
    ///     _ => println!("for a person"),
    /// }
    /// # assert_eq!(armor.deadline_at.as_deref(), Some("2026-03-02T09:16:01.000Z"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct MessageSecurity<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail that was scanned.
        pub message: ScannedMessage<'a>,
    }

    /// The mail that a verdict is about. Its content is to be fetched through the API.
    pub struct ScannedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// What Agent Armor found.
        pub agent_armor: Option<AgentArmor<'a>>,
    }

    /// A person released a mail that was held for review: `message.security.override`.
    pub struct MessageSecurityOverride<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The mail that was released.
        pub message: ReleasedMessage<'a>,
    }

    /// The mail that was released. Its content is to be fetched through the API.
    pub struct ReleasedMessage<'a> {
        /// The organization that owns the inbox.
        pub organization_id: Option<Text<'a>>,
        /// The pod that the inbox belongs to.
        pub pod_id: Option<Text<'a>>,
        /// The inbox that received it.
        pub inbox_id: Text<'a>,
        /// Identifies the mail.
        pub message_id: Text<'a>,
        /// The decision to release it.
        pub manual_override: Option<ManualOverride<'a>>,
    }

    /// What Agent Armor found in a mail. `status` says how far it is; nothing is bound to it.
    pub struct AgentArmor<'a> {
        /// `pending`, `complete` or `unavailable`.
        pub status: Option<Text<'a>>,
        /// When the scan started, in ISO 8601.
        pub started_at: Option<Text<'a>>,
        /// When a scan that is pending becomes unavailable, in ISO 8601.
        pub deadline_at: Option<Text<'a>>,
        /// The verdict.
        pub verdict: Option<Text<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
        /// The model that decided.
        pub model: Option<Text<'a>>,
        /// When the scan ended, in ISO 8601.
        pub completed_at: Option<Text<'a>>,
        /// Why there is no verdict.
        pub unavailable_reason: Option<Text<'a>>,
        /// A person's decision against the verdict.
        pub manual_override: Option<ManualOverride<'a>>,
    }

    /// The decision to release a mail in spite of a verdict.
    pub struct ManualOverride<'a> {
        /// Identifies the decision.
        pub override_id: Option<Text<'a>>,
        /// Who decided.
        pub actor: Option<Actor<'a>>,
        /// Why.
        pub reason: Option<Text<'a>>,
        /// The verdict that it overrides.
        pub original_verdict: Option<Text<'a>>,
        /// When, in ISO 8601.
        pub released_at: Option<Text<'a>>,
    }

    /// Who acted.
    pub struct Actor<'a> {
        /// What kind of actor it is, such as `api_key`.
        pub kind: Option<Text<'a>>,
        /// The API key that was used.
        pub api_key_id: Option<Text<'a>>,
    }
}
