//! Domains: `domain.verified` (WIRE, section 2).

use alloc::vec::Vec;

use super::{Integer, Text};
use crate::wire::object::object;

object! {
    /// A domain can be used: `domain.verified`.
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

    /// A domain to send from and receive at.
    pub struct Domain<'a> {
        /// Identifies it; its name in most events.
        pub domain_id: Text<'a>,
        /// Its name, such as `mail.example.com`.
        pub domain: Option<Text<'a>>,
        /// How far its verification is: `VERIFIED`, `PENDING`, `INVALID`, …; in lower case in some events.
        pub status: Text<'a>,
        /// Why it is not verified, such as `dns_records_missing`.
        pub reason: Option<Text<'a>>,
        /// Whether bounces and complaints are sent to its inboxes.
        pub feedback_enabled: Option<bool>,
        /// Whether it receives mail.
        pub inbound_enabled: Option<bool>,
        /// Whether its subdomains can be used too.
        pub subdomains_enabled: Option<bool>,
        /// Whether mail from it is tracked when it is opened.
        pub tracking_enabled: Option<bool>,
        /// The DNS records that it needs.
        pub records: Vec<DomainRecord<'a>>,
        /// The pod that it belongs to.
        pub pod_id: Option<Text<'a>>,
        /// The identifier that its owner gave it.
        pub client_id: Option<Text<'a>>,
        /// When it was created, in ISO 8601.
        pub created_at: Option<Text<'a>>,
        /// When it last changed, in ISO 8601.
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
        /// What was found: `VALID`, `MISSING`, `INVALID`.
        pub status: Option<Text<'a>>,
        /// The priority of an `MX` record.
        pub priority: Option<Integer>,
        /// Why it is invalid, such as `value_mismatch`.
        pub reason: Option<Text<'a>>,
    }
}
