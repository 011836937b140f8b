//! `explain`: finds out why a delivery does not verify, and which change would make it verify. For development only.
//!
//! It performs the checks of `signature::verify`, but does not stop at the first failure. If no signature matches, it
//! changes one thing at a time and verifies again. Its output never contains a secret, a signature or a part of the
//! payload.

mod checks;
mod key;
mod payload;
mod style;

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::time::Duration;

use crate::decimal::Decimal;
use crate::error::Error;
use crate::scheme::Scheme;
use crate::signature::claim::Claim;
use crate::signature::secret::{Key, Keys};
use crate::signature::verify::{self, Window};
use crate::signature::{Headers, SignatureHeaders};
use checks::Checks;

/// The checks of a delivery, and their results. **For development only**: it contains information that helps an
/// attacker, such as which secret would match. Never send it to the sender.
///
/// Returned by [`explain_at`]. Its `Display` prints a line for each check.
///
/// ```
/// use agentmail_webhooks::{CheckName, Scheme, Verdict, Webhook, explain_at};
///
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
/// # let headers = Webhook::new(secrets[0].1)?.sign("{}", "msg_1", 1_700_000_000)?;
/// // An editor added a line break to the body.
/// let explanation = explain_at("{}\n", &headers, &secrets, 1_700_000_000);
/// assert!(!explanation.verified);
/// let check = explanation.checks.iter().find(|check| check.name == CheckName::Payload).unwrap();
/// assert_eq!(check.verdict, Verdict::Fail);
/// assert_eq!(check.advice, "verifies without the line break at its end: something added one to the body");
/// println!("{explanation}");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// `true` if the delivery verifies. Its payload may still not be an event: see [`CheckName::Event`].
    pub verified: bool,
    /// The checks, in the order of [`CheckName`]. At least one fails if the delivery does not verify.
    pub checks: Vec<Check>,
}

/// A check and its result.
///
/// ```
/// use agentmail_webhooks::{Scheme, Verdict, explain_at};
///
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
/// let no_headers: [(&str, &str); 0] = [];
/// let explanation = explain_at("{}", &no_headers, &secrets, 1_700_000_000);
/// for check in explanation.checks.iter().filter(|check| check.verdict == Verdict::Fail) {
///     println!("{}: {}", check.name.as_str(), check.advice);
/// }
/// # assert_eq!(explanation.checks[0].verdict, Verdict::Fail);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// The subject of the check.
    pub name: CheckName,
    /// The result.
    pub verdict: Verdict,
    /// The finding and what to do about it, in one line, for people.
    pub advice: Cow<'static, str>,
}

macro_rules! names {
    (
        $(#[doc = $doc:literal])*
        $Name:ident {
            $($(#[doc = $variant_doc:literal])* $Variant:ident = $name:literal,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[doc = $variant_doc])* $Variant,)*
        }

        impl $Name {
            /// Returns the name that JavaScript uses, for logs.
            ///
            /// ```
            /// use agentmail_webhooks::{CheckName, Verdict};
            ///
            /// assert_eq!((Verdict::Fail.as_str(), CheckName::HeaderSet.as_str()), ("fail", "header_set"));
            /// ```
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)*
                }
            }
        }
    };
}

names! {
    /// The subject of a [`Check`].
    ///
    /// ```
    /// use agentmail_webhooks::{CheckName, Scheme, explain_at};
    ///
    /// let secrets = [(Scheme::Standard, "am_the_api_key")];
    /// let no_headers: [(&str, &str); 0] = [];
    /// let explanation = explain_at("{}", &no_headers, &secrets, 1_700_000_000);
    /// let secret = explanation.checks.iter().find(|check| check.name == CheckName::Secret).unwrap();
    /// assert!(secret.advice.contains("it looks like an API key"));
    /// ```
    CheckName {
        /// The signature headers that are present, and their form.
        Headers = "headers",
        /// The form of a secret. One check for each secret.
        Secret = "secret",
        /// The time between the timestamp and now.
        Timestamp = "timestamp",
        /// The signature: one must match a secret.
        Signature = "signature",
        /// If no signature matches: a change of the payload with which one would, such as removing a line break.
        Payload = "payload",
        /// If no signature matches: another reading of a secret with which one would.
        Key = "key",
        /// If no signature matches: another scheme with which one would.
        Scheme = "scheme",
        /// If no signature matches: a combination of both `standard` header sets with which one would.
        HeaderSet = "header_set",
        /// The event in the payload.
        Event = "event",
        /// If no other check explains the mismatch: the most likely cause.
        Conclusion = "conclusion",
    }
}

names! {
    /// The result of a [`Check`].
    ///
    /// ```
    /// use agentmail_webhooks::Verdict;
    ///
    /// fn mark(verdict: Verdict) -> char {
    ///     match verdict {
    ///         Verdict::Pass => '✓',
    ///         Verdict::Fail => '✗',
    ///         _ => ' ',
    ///     }
    /// }
    /// assert_eq!(mark(Verdict::Fail), '✗');
    /// ```
    Verdict {
        /// The check succeeded.
        Pass = "pass",
        /// The check failed.
        Fail = "fail",
        /// Additional information.
        Info = "info",
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.verified { "verifies" } else { "does not verify" })?;
        self.checks.iter().try_for_each(|Check { name, verdict, advice }| {
            write!(f, "\n  {:<4} {:<10} {advice}", verdict.as_str(), name.as_str())
        })
    }
}

/// Explains why a delivery verifies or does not, and which change would make it verify, such as removing a line break
/// from the end of the payload, not decoding a secret, or another scheme.
///
/// `payload` is the raw body; `secrets` are confidential, and may be malformed; `now` is in unix seconds. The tolerance
/// is the default of 300 s: for another one, use [`explain_within`].
///
/// **For development only**: see [`Explanation`]. It is slow, and its output never contains a secret, a signature or a
/// part of the payload.
///
/// ```
/// use agentmail_webhooks::{Scheme, Webhook, explain_at};
///
/// // Signed in compact form; a middleware parsed the body and wrote it again.
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let headers = Webhook::new(secret)?.sign(r#"{"event_type":"moon.landed"}"#, "msg_1", 1_700_000_000)?;
/// let secrets = [(Scheme::Standard, secret)];
/// let explanation = explain_at(r#"{"event_type": "moon.landed"}"#, &headers, &secrets, 1_700_000_000);
/// assert!(!explanation.verified);
/// assert!(explanation.to_string().contains("verifies as compact JSON"));
///
/// // A secret that was read from a file, with a line break at its end. `Webhook::new` rejects it.
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")];
/// let explanation = explain_at("{}", &headers, &secrets, 1_700_000_000);
/// assert!(explanation.to_string().contains("white space around it"));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn explain_at<P, H, S>(payload: &P, headers: &H, secrets: &[(Scheme, S)], now: u64) -> Explanation
where
    P: AsRef<[u8]> + ?Sized,
    H: Headers + ?Sized,
    S: AsRef<str>,
{
    explain_within(payload, headers, secrets, now, Duration::from_secs(verify::DEFAULT_TOLERANCE))
}

/// Does the same as [`explain_at`], at the time of the system's clock.
///
/// Not available on `wasm32-unknown-unknown`, which has no clock.
///
/// ```
/// # use agentmail_webhooks::{Scheme, explain};
/// # let (body, headers) = (b"{}", [("host", "127.0.0.1")]);
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
/// println!("{}", explain(body, &headers, &secrets));
/// ```
#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
pub fn explain<P, H, S>(payload: &P, headers: &H, secrets: &[(Scheme, S)]) -> Explanation
where
    P: AsRef<[u8]> + ?Sized,
    H: Headers + ?Sized,
    S: AsRef<str>,
{
    explain_at(payload, headers, secrets, crate::webhook::system_time())
}

/// Does the same as [`explain_at`], with the tolerance of a webhook that sets
/// [`WebhookBuilder::tolerance`](crate::WebhookBuilder::tolerance).
///
/// ```
/// use std::time::Duration;
/// use agentmail_webhooks::{Scheme, Webhook, explain_within};
///
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
/// let headers = Webhook::new(secrets[0].1)?.sign("{}", "msg_1", 1_700_000_000)?;
/// let explanation = explain_within("{}", &headers, &secrets, 1_700_000_120, Duration::from_secs(60));
/// assert!(explanation.to_string().contains("120 s before now, outside the tolerance of 60 s"));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn explain_within<P, H, S>(
    payload: &P,
    headers: &H,
    secrets: &[(Scheme, S)],
    now: u64,
    tolerance: Duration,
) -> Explanation
where
    P: AsRef<[u8]> + ?Sized,
    H: Headers + ?Sized,
    S: AsRef<str>,
{
    let secrets = secrets.iter().take(ENOUGH).zip(0..).map(|((scheme, text), index)| {
        let text = text.as_ref();
        Secret { index, scheme: *scheme, text, key: Key::new(*scheme, text) }
    });
    let window = Window { now, tolerance: tolerance.as_secs() };
    Request::new(payload.as_ref(), &SignatureHeaders::find(headers))
        .explain(&secrets.collect::<Vec<_>>(), window)
}

/// The maximum number of secrets that are explained: one more than a webhook can have.
const ENOUGH: usize = crate::MAX_SECRETS.saturating_add(1);

/// The maximum size of a payload whose changes are tried. AgentMail sends 1 MB at most.
const MAX_TRIED: usize = 2 * 1024 * 1024;

/// The maximum number of bytes that are authenticated in total: enough for every change of a payload of 1 MB, with the
/// two secrets of a rotation.
const MAX_WORK: usize = 64 * 1024 * 1024;

/// A secret as configured, and its key.
struct Secret<'s> {
    index: usize,
    scheme: Scheme,
    text: &'s str,
    key: Result<Key, Error>,
}

/// A request, and its claim for each scheme that it has headers of.
struct Request<'r, 'h> {
    headers: &'r SignatureHeaders<'h>,
    claims: Vec<Claim<'h>>,
    payload: &'r [u8],
    /// The bytes that may still be authenticated.
    budget: Cell<usize>,
}

impl<'r, 'h> Request<'r, 'h> {
    fn new(payload: &'r [u8], headers: &'r SignatureHeaders<'h>) -> Self {
        let carried = Scheme::ALL.into_iter().filter(|scheme| Claim::is_carried(*scheme, headers));
        let claims = carried.filter_map(|scheme| Claim::parse(scheme, headers).ok()).collect();
        Self { headers, claims, payload, budget: Cell::new(MAX_WORK) }
    }

    fn explain(&self, secrets: &[Secret<'_>], window: Window) -> Explanation {
        let mut checks = Checks::default();
        checks.headers(self.headers, secrets);
        checks.secrets(secrets);
        let matching = self.matching(secrets, window);
        checks.timestamp(matching.map(|(_, claim)| claim).or(self.claims.first()), window);
        if let Some((Secret { index, .. }, _)) = matching {
            checks.add(
                CheckName::Signature,
                Verdict::Pass,
                ["matches secret ", &Decimal::of(*index)].concat(),
            );
        } else if !self.claims.is_empty() {
            checks.add(CheckName::Signature, Verdict::Fail, "no signature matches any secret");
            checks.payload(self, secrets);
        }
        if matching.is_none() && self.payload.len() <= MAX_TRIED {
            if !self.claims.is_empty() {
                checks.key(self, secrets);
                checks.scheme(self, secrets);
            }
            checks.header_set(self, secrets);
        }
        checks.event(self.payload);
        if self.payload.len() <= MAX_TRIED {
            checks.conclusion();
        }
        let secrets_hold = !checks.fails(CheckName::Secret);
        Explanation { verified: secrets_hold && self.verifies(secrets, window), checks: checks.0 }
    }

    /// Returns `true` if the delivery verifies.
    fn verifies(&self, secrets: &[Secret<'_>], window: Window) -> bool {
        let mut keys = Keys::default();
        for key in secrets.iter().filter_map(|secret| secret.key.as_ref().ok()) {
            // The check of the secrets reports too many.
            let _ = keys.push(key.clone());
        }
        verify::verify(&keys, self.payload, self.headers, window).is_ok()
    }

    /// Returns a secret that made one of the signatures, and its claim. Prefers claims inside the window.
    fn matching<'c, 's>(
        &'c self,
        secrets: &'c [Secret<'s>],
        window: Window,
    ) -> Option<(&'c Secret<'s>, &'c Claim<'h>)> {
        let all = secrets.iter().flat_map(|secret| {
            let key = secret.key.as_ref().ok();
            let signed = |claim: &&Claim<'_>| key.is_some_and(|key| verify::signs(key, claim, self.payload));
            self.claims.iter().filter(signed).map(move |claim| (secret, claim)).collect::<Vec<_>>()
        });
        all.min_by_key(|(_, claim)| claim.timestamp.is_some_and(|time| window.check(time.seconds).is_err()))
    }

    /// Returns `true` if the key signed this payload.
    fn is_signed(&self, key: &Key, payload: &[u8]) -> bool {
        self.claims.iter().any(|claim| self.signs(key, claim, payload))
    }

    /// Returns `true` if the key made one of the signatures, or `false` if the budget is spent.
    fn signs(&self, key: &Key, claim: &Claim<'_>, payload: &[u8]) -> bool {
        if key.scheme() != claim.scheme {
            return false;
        }
        let left = self.budget.get().checked_sub(payload.len());
        self.budget.set(left.unwrap_or_default());
        left.is_some() && verify::signs(key, claim, payload)
    }

    fn is_exhausted(&self) -> bool {
        self.budget.get() == 0
    }
}
