//! Domains: `domain.verified` (WIRE 2 in `tests/fixtures/README.md`).

use alloc::vec::Vec;

use super::{Integer, Text};
use crate::wire::object::object;

object! {
    /// A domain was verified and can be used: `domain.verified`.
    ///
    /// ```
    /// use agentmail_webhooks::{Event, parse};
    ///
    /// let payload = br#"{"event_type": "domain.verified", "domain":
    ///     {"domain_id": "agents.example", "status": "VERIFIED", "inbound_enabled": false}}"#;
    /// let Event::DomainVerified(event) = parse(payload)? else { unreachable!() };
    /// // Upper case in some events, lower case in others.
    /// assert!(event.domain.status.eq_ignore_ascii_case("verified"));
    /// assert_eq!(event.domain.inbound_enabled, Some(false));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub struct DomainVerified<'a> {
        /// Identifies the event.
        pub event_id: Option<Text<'a>>,
        /// The domain.
        pub domain: Domain<'a>,
    }

    /// A domain for sending and receiving mail.
    pub struct Domain<'a> {
        /// Identifies the domain. In most events, this is its name.
        pub domain_id: Text<'a>,
        /// The name, such as `mail.example.com`.
        pub domain: Option<Text<'a>>,
        /// The state of the verification: `VERIFIED`, `PENDING`, `INVALID`, …; in lower case in some events.
        pub status: Text<'a>,
        /// The reason why it is not verified, such as `dns_records_missing`.
        pub reason: Option<Text<'a>>,
        /// `true` if bounces and complaints are sent to its inboxes.
        pub feedback_enabled: Option<bool>,
        /// `true` if it receives mail.
        pub inbound_enabled: Option<bool>,
        /// `true` if its subdomains can be used too.
        pub subdomains_enabled: Option<bool>,
        /// `true` if opens of its mail are tracked.
        pub tracking_enabled: Option<bool>,
        /// The DNS records that the domain needs.
        pub records: Vec<DomainRecord<'a>>,
        /// The pod of the domain.
        pub pod_id: Option<Text<'a>>,
        /// The identifier that its owner gave it.
        pub client_id: Option<Text<'a>>,
        /// The time of creation, in ISO 8601.
        pub created_at: Option<Text<'a>>,
        /// The time of the last change, in ISO 8601.
        pub updated_at: Option<Text<'a>>,
    }

    /// A DNS record that a domain needs.
    pub struct DomainRecord<'a> {
        /// `TXT`, `CNAME` or `MX`.
        #[rename = "type"]
        pub kind: Option<Text<'a>>,
        /// The name of the record.
        pub name: Option<Text<'a>>,
        /// The value of the record.
        pub value: Option<Text<'a>>,
        /// The result of the check: `VALID`, `MISSING` or `INVALID`.
        pub status: Option<Text<'a>>,
        /// The priority of an `MX` record.
        pub priority: Option<Integer>,
        /// The reason why it is invalid, such as `value_mismatch`.
        pub reason: Option<Text<'a>>,
    }
}
