//! `explain`: why a delivery does not verify, and what would have. For development only.
//!
//! The way is that of [`verify`](crate::signature::verify), but nothing stops at the first fault. What comes after
//! a signature that does not match are guesses: one thing at a time is changed, and verified again.
//! No secret, no computed signature and no part of the payload is ever told.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::decimal::Decimal;
use crate::error::Error;
use crate::event::event_type;
use crate::scheme::Scheme;
use crate::signature::Headers;
use crate::signature::claim::{Found, Signed};
use crate::signature::secret;
use crate::signature::verify::{self, Key, Keys, Window};
use crate::wire::json::{self, Style};

/// Why a delivery verifies, or does not. **For development only**: it answers questions that an
/// attacker would ask, such as which secret would have matched. Never send it to anybody.
///
/// From [`Webhook::explain`](crate::Webhook::explain_at) or [`explain_at`]. Displayed, it is a line for each check.
///
/// ```
/// use agentmail_webhooks::{CheckName, Scheme, Verdict, Webhook, explain_at};
///
/// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let signed = webhook.sign("{}", "msg_1", 1_700_000_000)?;
///
/// // An editor left a line break after the body, and another one after the secret.
/// let explanation = webhook.explain_at("{}\n", &signed, 1_700_000_000);
/// assert!(!explanation.verified);
/// let check = explanation.checks.iter().find(|check| check.name == CheckName::Payload).unwrap();
/// assert_eq!(check.verdict, Verdict::Fail);
/// assert_eq!(check.advice, "verifies without the line break at its end: something added one to the body");
///
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")];
/// println!("{}", explain_at(&secrets, "{}", &signed, 1_700_000_000));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Whether the delivery verifies. Its event may still be none: see [`CheckName::Event`].
    pub verified: bool,
    /// What was looked at, in this order. At least one check fails if the delivery does not verify.
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
///
/// ```
/// use agentmail_webhooks::{Verdict, Webhook};
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let no_headers: [(&str, &str); 0] = [];
/// let explanation = webhook.explain_at("{}", &no_headers, 1_700_000_000);
/// for check in explanation.checks.iter().filter(|check| check.verdict == Verdict::Fail) {
///     println!("{}: {}", check.name.as_str(), check.advice);
/// }
/// # assert_eq!(explanation.checks[0].verdict, Verdict::Fail);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What was looked at.
    pub name: CheckName,
    /// How it is.
    pub verdict: Verdict,
    /// What was found and what to do, in one line, for a person.
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
            /// Its name in JavaScript and in logs.
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
    /// What a [`Check`] is about.
    ///
    /// ```
    /// use agentmail_webhooks::{CheckName, Scheme, explain_at};
    ///
    /// let secrets = [(Scheme::Standard, "am_the_api_key")];
    /// let no_headers: [(&str, &str); 0] = [];
    /// let explanation = explain_at(&secrets, "{}", &no_headers, 1_700_000_000);
    /// let secret = explanation.checks.iter().find(|check| check.name == CheckName::Secret).unwrap();
    /// assert!(secret.advice.contains("it looks like an API key"));
    /// ```
    CheckName {
        /// Which signature headers came, and whether they are well formed.
        Headers = "headers",
        /// The form of a secret. One check for each secret.
        Secret = "secret",
        /// The time between the timestamp and now.
        Timestamp = "timestamp",
        /// Whether a signature matches a secret.
        Signature = "signature",
        /// If no signature matches: whether another payload would, such as one without a line break.
        Payload = "payload",
        /// If no signature matches: whether a secret would that is read in another way.
        Key = "key",
        /// If no signature matches: whether a secret would under another scheme.
        Scheme = "scheme",
        /// If no signature matches: whether the headers of both `standard` sets would, exchanged.
        HeaderSet = "header_set",
        /// Whether the payload is an event.
        Event = "event",
    }
}

names! {
    /// How a [`Check`] came out.
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
        /// As it must be.
        Pass = "pass",
        /// Not as it must be.
        Fail = "fail",
        /// Nothing to find fault with, but to be known.
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

/// As [`Webhook::explain_at`](crate::Webhook::explain_at), for secrets that no
/// [`Webhook`](crate::Webhook) can be made of: with white space around them, without their scheme, with
/// something before them. The replay window is the usual one, 300 s.
///
/// `secrets` are confidential; `payload` is the raw body; `now` is in unix seconds. **For development only**, as
/// [`Explanation`] says.
///
/// ```
/// use agentmail_webhooks::{Scheme, Webhook, explain_at};
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let headers = Webhook::new(secret)?.sign("{}", "msg_1", 1_700_000_000)?;
///
/// // As it stands in a file: with a line break at its end.
/// let secrets = [(Scheme::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")];
/// let explanation = explain_at(&secrets, "{}", &headers, 1_700_000_000);
/// assert!(explanation.to_string().contains("white space around it"));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn explain_at<P, H>(secrets: &[(Scheme, &str)], payload: &P, headers: &H, now: u64) -> Explanation
where
    P: AsRef<[u8]> + ?Sized,
    H: Headers + ?Sized,
{
    let window = Window { now, tolerance: verify::DEFAULT_TOLERANCE };
    explain(secrets.iter().copied(), payload.as_ref(), headers, window)
}

/// One secret more than there can be.
const ENOUGH: usize = 17;

/// For larger payloads nothing is guessed: AgentMail sends 1 MB at most.
const MAX_TRIED: usize = 2 * 1024 * 1024;

pub(crate) fn explain<'s, H: Headers + ?Sized>(
    secrets: impl Iterator<Item = (Scheme, &'s str)>,
    payload: &[u8],
    headers: &H,
    window: Window,
) -> Explanation {
    let secrets: Vec<Secret<'_>> = secrets.take(ENOUGH).zip(0..).map(Secret::new).collect();
    let found = Found::new(headers);
    let mut keys = Keys::default();
    for Secret { text, key, .. } in &secrets {
        if let Ok(key) = key {
            // One too many is told below.
            let _ = keys.push(key.clone(), text);
        }
    }
    let outcome = verify::verify(&keys, payload, headers, window);
    let delivery = Delivery { signed: found.readable(), payload };

    let mut checks = Checks::default();
    checks.headers(&found, &secrets);
    checks.secrets(&secrets);
    let matching = delivery.matching(&secrets, window);
    checks.timestamp(matching.map(|(_, signed)| signed).or(delivery.signed.first()), window);
    if let Some((Secret { index, .. }, _)) = matching {
        checks.add(CheckName::Signature, Verdict::Pass, ["matches secret ", &Decimal::of(*index)].concat());
    } else if !delivery.signed.is_empty() {
        checks.add(CheckName::Signature, Verdict::Fail, "no signature matches any secret");
        checks.payload(&delivery, &secrets);
    }
    if matching.is_none() && payload.len() <= MAX_TRIED {
        if !delivery.signed.is_empty() {
            checks.key(&delivery, &secrets);
            checks.scheme(&delivery, &secrets);
        }
        checks.header_set(&found, &secrets, payload);
    }
    checks.event(payload);
    Explanation {
        verified: outcome.is_ok()
            && checks.0.iter().all(|check| check.name != CheckName::Secret || check.verdict != Verdict::Fail),
        checks: checks.0,
    }
}

/// A secret as it was configured, and the key that it stands for.
struct Secret<'s> {
    index: usize,
    scheme: Scheme,
    text: &'s str,
    key: Result<Key, Error>,
}

impl<'s> Secret<'s> {
    fn new(((scheme, text), index): ((Scheme, &'s str), usize)) -> Self {
        Self { index, scheme, text, key: Key::new(scheme, text) }
    }
}

/// What the request claims, under each scheme whose headers it carries.
struct Delivery<'h> {
    signed: Vec<Signed<'h>>,
    payload: &'h [u8],
}

impl<'h> Delivery<'h> {
    /// A secret that signed this, and what it signed: what is fresh, if there is a choice.
    fn matching<'d, 's>(
        &'d self,
        secrets: &'d [Secret<'s>],
        window: Window,
    ) -> Option<(&'d Secret<'s>, &'d Signed<'h>)> {
        let all = secrets.iter().flat_map(|secret| {
            let key = secret.key.as_ref().ok();
            let signed = self.signed.iter();
            let matching =
                signed.filter(move |signed| key.is_some_and(|key| key.matches(signed, self.payload)));
            matching.map(move |signed| (secret, signed))
        });
        all.min_by_key(|(_, signed)| signed.timestamp.is_some_and(|time| window.check(time.seconds).is_err()))
    }

    fn matches(&self, key: &Key) -> bool {
        self.matches_payload(key, self.payload)
    }

    fn matches_payload(&self, key: &Key, payload: &[u8]) -> bool {
        self.signed.iter().any(|signed| key.matches(signed, payload))
    }
}

#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, name: CheckName, verdict: Verdict, advice: impl Into<Cow<'static, str>>) {
        self.0.push(Check { name, verdict, advice: advice.into() });
    }

    fn headers(&mut self, found: &Found<'_>, secrets: &[Secret<'_>]) {
        let configured = |scheme| secrets.iter().any(|secret| secret.scheme == scheme);
        let mut came = String::new();
        for name in found.names() {
            came.push_str(if came.is_empty() { "came: " } else { ", " });
            came.push_str(name);
        }
        match verify::judge(found, configured, |_| Ok(())).map_err(Error::from) {
            Ok(()) => self.add(CheckName::Headers, Verdict::Pass, came),
            Err(error) => {
                let came = if came.is_empty() { "none came" } else { &came };
                self.add(
                    CheckName::Headers,
                    Verdict::Fail,
                    [came, "; ", &error.message(), ". ", error.hint()].concat(),
                );
            }
        }
    }

    fn secrets(&mut self, secrets: &[Secret<'_>]) {
        for Secret { index, scheme, text, key } in secrets {
            let name = scheme.as_str();
            let (verdict, told) = match key {
                Err(error) => (Verdict::Fail, [&error.message(), ". ", error.hint()].concat()),
                Ok(_) => match secret_note(*scheme, text) {
                    Some(note) => (Verdict::Info, note.into()),
                    None => (Verdict::Pass, "well formed".into()),
                },
            };
            let advice = ["secret ", &Decimal::of(*index), ", scheme ", name, ": ", &told].concat();
            self.add(CheckName::Secret, verdict, advice);
        }
        if secrets.is_empty() {
            self.add(CheckName::Secret, Verdict::Fail, "none is configured");
        } else if secrets.len() == ENOUGH {
            self.add(CheckName::Secret, Verdict::Fail, "more than 16 secrets");
        }
    }

    fn timestamp(&mut self, signed: Option<&Signed<'_>>, window: Window) {
        let Some(signed) = signed else { return };
        let Some(timestamp) = signed.timestamp else {
            let advice = "scheme body carries none: a replay cannot be told from the first delivery";
            return self.add(CheckName::Timestamp, Verdict::Info, advice);
        };
        let Window { now, tolerance } = window;
        let skew = now.abs_diff(timestamp.seconds);
        let side = if timestamp.seconds <= now { "before" } else { "after" };
        let skewed = [&*Decimal::new(skew), " s ", side, " now, "].concat();
        let advice = if skew <= tolerance {
            [&*skewed, "inside the tolerance of ", &Decimal::new(tolerance), " s"].concat()
        } else if now.abs_diff(timestamp.seconds.saturating_div(1000)) <= YEAR {
            "in milliseconds: the sender must divide by 1000 before it signs".into()
        } else if timestamp.seconds.abs_diff(now.saturating_div(1000)) <= YEAR {
            "it is in seconds, but now is in milliseconds: divide the clock by 1000".into()
        } else {
            let cause = if side == "before" {
                "an old delivery was sent again, or this server's clock is ahead"
            } else {
                "this server's clock is behind, or the sender's ahead"
            };
            [&*skewed, "outside the tolerance of ", &Decimal::new(tolerance), " s: ", cause].concat()
        };
        let verdict = if skew <= tolerance { Verdict::Pass } else { Verdict::Fail };
        self.add(CheckName::Timestamp, verdict, advice);
    }

    fn payload(&mut self, delivery: &Delivery<'_>, secrets: &[Secret<'_>]) {
        let payload = delivery.payload;
        let would_match = |changed: &[u8]| {
            secrets.iter().flat_map(|secret| &secret.key).any(|key| delivery.matches_payload(key, changed))
        };
        let (verdict, advice) = match payload {
            [] => (Verdict::Fail, "empty: something read the body before, or the request had none"),
            b"[object Object]" => {
                (Verdict::Fail, "a parsed object that was made a string: pass the raw body")
            }
            _ if payload.len() > MAX_TRIED => (
                Verdict::Info,
                "over 2 MiB: too large to guess what it, the secret or the scheme could have been",
            ),
            _ => match variants(payload).find(|(changed, _)| would_match(changed)) {
                Some((_, advice)) => (Verdict::Fail, advice),
                None => (Verdict::Info, "no usual change of the body explains it"),
            },
        };
        self.add(CheckName::Payload, verdict, advice);
    }

    fn key(&mut self, delivery: &Delivery<'_>, secrets: &[Secret<'_>]) {
        let found = secrets.iter().find_map(|secret| {
            // By reference: what is moved out leaves its bytes behind, and only what is dropped in place is wiped.
            let readings = readings(secret);
            let (_, how) = readings.iter().find(|(key, _)| delivery.matches(key))?;
            Some(["verifies with secret ", &Decimal::of(secret.index), " ", how].concat())
        });
        match found {
            Some(advice) => self.add(CheckName::Key, Verdict::Fail, advice),
            None => self.add(CheckName::Key, Verdict::Info, "no other way to read a secret explains it"),
        }
    }

    fn scheme(&mut self, delivery: &Delivery<'_>, secrets: &[Secret<'_>]) {
        let found = secrets.iter().find_map(|secret| {
            let others = Scheme::ALL.into_iter().filter(|scheme| *scheme != secret.scheme);
            others.into_iter().find_map(|scheme| {
                let text = if scheme == Scheme::Standard { secret::bare(secret.text) } else { secret.text };
                let key = Key::new(scheme, text.trim()).ok()?;
                delivery.matches(&key).then_some((secret.index, scheme.as_str()))
            })
        });
        match found {
            // `{timestamp}.{payload}` under a secret that is not for scheme body.
            Some((index, "body")) if begins_with_timestamp(delivery.payload) => self.add(
                CheckName::Scheme,
                Verdict::Fail,
                [
                    "verifies with secret ",
                    &Decimal::of(index),
                    " under scheme body, but its payload begins with a timestamp: a delivery of another scheme, \
                     passed off as one of scheme body; keep the scheme as it is",
                ]
                .concat(),
            ),
            Some((index, scheme)) => self.add(
                CheckName::Scheme,
                Verdict::Fail,
                [
                    "verifies with secret ",
                    &Decimal::of(index),
                    " under scheme ",
                    scheme,
                    ": if that is how AgentMail signs for this endpoint, configure that secret with it instead, \
                     never with both",
                ]
                .concat(),
            ),
            None => self.add(CheckName::Scheme, Verdict::Info, "no other scheme explains it"),
        }
    }

    fn header_set(&mut self, found: &Found<'_>, secrets: &[Secret<'_>], payload: &[u8]) {
        let matches = |signed: &Signed<'_>| {
            secrets.iter().flat_map(|secret| &secret.key).any(|key| key.matches(signed, payload))
        };
        if found.exchanged().iter().any(matches) {
            let advice = "verifies when headers of the svix- and the webhook- set are put together: something \
                          between the sender and here renames headers or adds its own";
            self.add(CheckName::HeaderSet, Verdict::Fail, advice);
        }
    }

    fn event(&mut self, payload: &[u8]) {
        match event_type(payload) {
            Ok(name) => self.add(CheckName::Event, Verdict::Pass, ["parses as ", name].concat()),
            Err(error) => self.add(CheckName::Event, Verdict::Fail, error.message()),
        }
    }
}

/// Whether digits and a dot come first, as no JSON does that is an event.
fn begins_with_timestamp(payload: &[u8]) -> bool {
    let digits = payload.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && payload.get(digits) == Some(&b'.')
}

/// How far a timestamp may be off and still be meant in milliseconds.
const YEAR: u64 = 366 * 24 * 60 * 60;

/// What is odd about a secret that can be used.
fn secret_note(scheme: Scheme, secret: &str) -> Option<&'static str> {
    let prefixed = secret.starts_with(secret::PREFIX);
    match scheme {
        Scheme::Standard if !prefixed => Some("well formed, without the usual whsec_ before it"),
        Scheme::Standard => None,
        _ if prefixed => {
            Some("begins with whsec_, as secrets of scheme standard do; here that is part of the key")
        }
        _ if secret::looks_like_api_key(secret) => Some("it looks like an API key"),
        _ => None,
    }
}

type Rewrite = fn(&str) -> Option<String>;

/// The payload as it may have been before something on the way changed it.
fn variants(payload: &[u8]) -> impl Iterator<Item = (Vec<u8>, &'static str)> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let text = core::str::from_utf8(payload).ok();
    let changed = |change: Option<Vec<u8>>, advice| change.map(|payload| (payload, advice));
    let bytes = [
        (
            payload.strip_suffix(b"\r\n").or(payload.strip_suffix(b"\n")).map(Vec::from),
            "verifies without the line break at its end: something added one to the body",
        ),
        (
            Some([payload, b"\n"].concat()),
            "verifies with a line break at its end: something took it from the body",
        ),
        (
            Some([payload, b"\r\n"].concat()),
            "verifies with a line break (CR LF) at its end: something took it from the body",
        ),
        (
            payload.strip_prefix(BOM).map(Vec::from),
            "verifies without the byte order mark at its beginning: something added one to the body",
        ),
        (
            Some([BOM, payload].concat()),
            "verifies with a byte order mark at its beginning: something decoded the body and dropped it",
        ),
    ];
    let texts: [(Rewrite, _); 7] = [
        (
            |text| Some(lines(text).collect::<Vec<_>>().join("\n")),
            "verifies with LF instead of CR LF: something changed the line breaks of the body",
        ),
        (
            |text| Some(lines(text).collect::<Vec<_>>().join("\r\n")),
            "verifies with CR LF instead of LF: something changed the line breaks of the body",
        ),
        (
            |text| json::restyle(text, Style::COMPACT),
            "verifies as compact JSON: something formatted the body, or parsed it and wrote it again",
        ),
        (
            |text| json::restyle(text, Style::INDENTED),
            "verifies as JSON indented by two spaces: something parsed the body and wrote it again; pass the \
             raw body, before any JSON middleware",
        ),
        (
            |text| json::restyle(text, Style::SPACED),
            "verifies as JSON with a space after each comma and colon: something parsed the body and wrote it \
             again; pass the raw body, before any JSON middleware",
        ),
        (
            |text| json::restyle(text, Style::SPACED_ASCII),
            "verifies as JSON with spaces and with escapes outside ASCII: something parsed the body and wrote \
             it again; pass the raw body, before any JSON middleware",
        ),
        (
            |text| json::restyle(text, Style::COMPACT_ASCII),
            "verifies as compact JSON with escapes outside ASCII: something parsed the body and wrote it \
             again; pass the raw body, before any JSON middleware",
        ),
    ];
    let latin1 = move || text.and_then(|text| text.chars().map(|char| u8::try_from(char).ok()).collect());
    bytes
        .into_iter()
        .filter_map(move |(change, advice)| changed(change, advice))
        .chain(texts.into_iter().filter_map(move |(change, advice)| {
            changed(text.and_then(change).map(String::into_bytes), advice)
        }))
        .chain(core::iter::once_with(latin1).filter_map(move |change| {
            changed(
                change,
                "verifies when its text is encoded as Latin-1: something decoded the body with another \
                 character set than UTF-8",
            )
        }))
}

/// The lines of a text, without what ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.split('\n').peekable();
    core::iter::from_fn(move || {
        let line = lines.next()?;
        // A carriage return at the very end ends no line.
        Some(if lines.peek().is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line })
    })
}

/// The keys that a secret may stand for, if it is not read as its scheme has it.
fn readings(secret: &Secret<'_>) -> Vec<(Key, &'static str)> {
    let Secret { scheme, text, .. } = *secret;
    let bare = secret::bare(text);
    let decoded = || Key::decoded(scheme, bare);
    let raw = |text: &str| Key::from_bytes(scheme, text.as_bytes());
    let readings = match scheme {
        Scheme::Standard => [
            (Key::new(scheme, text.trim()), "once the white space around it is taken away"),
            (Key::new(scheme, bare), "once what stands around its base64 is taken away"),
            (raw(text.trim()), "undecoded: its text is the key, so configure the base64 of that text"),
            (raw(bare), "undecoded, without whsec_: that text is the key, so configure the base64 of it"),
        ],
        Scheme::Timestamped | Scheme::Body => [
            (raw(text.trim()), "once the white space around it is taken away"),
            (raw(bare), "without what stands around it: configure what comes after whsec_"),
            (raw(text.trim_matches(['"', '\''])), "once the quotation marks around it are taken away"),
            (decoded(), "decoded from base64, as scheme standard has it"),
        ],
    };
    readings.into_iter().filter_map(|(key, how)| Some((key.ok()?, how))).collect()
}
