//! The binding that the npm package calls. `wasm_bindgen` is named in this module only.
//!
//! Numbers cross, and nothing else. What JavaScript has to say it writes into a buffer, which is used again and again,
//! and what it gets it reads from others: one crossing and one copy each way, and no allocation for a call.
//!
//! - In: payload, headers and whatever else a function names, one after the other in [`input`].
//! - Out: JSON in [`answer`], a list of a value and of its long texts, which stand in [`texts`]. Every JavaScript engine
//!   reads short JSON faster than it takes an object field by field, and copies a long text faster than it reads JSON.
//! - A function gives how long its answer is; that of an error, if it is negative.
//!
//! What JavaScript checks itself is what only JavaScript can know: the types of its arguments.

// `#[wasm_bindgen]` makes `unsafe` code and items without documentation.
#![allow(unsafe_code, missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)]

mod answer;
mod hmac;

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::time::Duration;

use spin::{Mutex, MutexGuard};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Error, Reason};
use crate::event::{idempotency_key, read};
use crate::signature::Headers;
use crate::signature::claim::Claim;
use crate::signature::verify::Verified;
use crate::webhook::WebhookBuilder;
use crate::wire::dynamic::Variant;
use crate::wire::encode::Node;
use crate::{Explanation, Scheme, Webhook};
use answer::Answer;

/// What a buffer may keep between calls, in bytes. AgentMail caps payloads at 1 MB.
const KEPT: usize = 4 << 20;

/// A SHA-256, in bytes.
const DIGEST: usize = 32;

/// What is kept free before the payload, for what is hashed with it: a block of the key and the rest of the signed
/// content.
const FRONT: usize = 512;

static MODULE: Mutex<Module> = Mutex::new(Module::new());

fn module() -> MutexGuard<'static, Module> {
    #[cfg(target_arch = "wasm32")]
    if MODULE.is_locked() {
        // SAFETY: there is no other thread. Whoever held the lock trapped, because memory or the stack ran out, and never
        // comes back: nothing else refers to what is behind it.
        unsafe { MODULE.force_unlock() };
    }
    MODULE.lock()
}

/// All that JavaScript holds by number, and the buffers.
pub struct Module {
    endpoints: Vec<Option<Endpoint>>,
    input: Vec<u8>,
    answer: Answer,
}

impl fmt::Debug for Module {
    /// Without secrets, and without what was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module").finish_non_exhaustive()
    }
}

/// The receiving end that a number stands for.
struct Endpoint {
    webhook: WebhookBuilder,
    tolerance: Duration,
    /// Secrets to explain with, whatever their form.
    listed: Vec<(Scheme, Zeroizing<String>)>,
}

/// Why there is no answer.
enum Refusal {
    Error(Error),
    /// The host is asked to hash.
    NeedsDigest,
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Module {
    pub const fn new() -> Self {
        Self { endpoints: Vec::new(), input: Vec::new(), answer: Answer::new() }
    }

    /// A buffer of this length. `None`: there is no memory for it.
    pub fn input(&mut self, length: usize) -> Option<&mut [u8]> {
        let length = length.checked_add(FRONT)?;
        if self.input.capacity() > KEPT && length <= KEPT {
            self.input = Vec::new();
        }
        // Exactly: the one large payload of a day does not need twice its size.
        self.input.try_reserve_exact(length.saturating_sub(self.input.len())).ok()?;
        if self.input.len() < length {
            self.input.resize(length, 0);
        }
        let (front, input) = self.input.split_first_chunk_mut::<FRONT>()?;
        // Nothing of a key stays there, should a call before have stopped half way.
        front.fill(0);
        Some(input)
    }

    /// The last bytes before the payload, and the payload: what the host hashes.
    pub fn front(&self, count: usize, payload: usize) -> &[u8] {
        let end = FRONT.saturating_add(payload);
        self.input.get(FRONT.saturating_sub(count)..end).unwrap_or_default()
    }

    pub fn answer(&self) -> &[u8] {
        self.answer.json()
    }

    pub fn texts(&self) -> &[u8] {
        self.answer.texts()
    }

    /// A new endpoint. Gives its number.
    pub fn create(&mut self, tolerance: f64) -> i32 {
        let tolerance = match self::tolerance(tolerance) {
            Ok(tolerance) => Duration::from_secs(tolerance),
            Err(error) => return self.refuse(&error),
        };
        let webhook = Webhook::builder().tolerance(tolerance);
        let endpoint = Endpoint { webhook, tolerance, listed: Vec::new() };
        let free = self.endpoints.iter().position(Option::is_none);
        let number = free.unwrap_or(self.endpoints.len());
        match self.endpoints.get_mut(number) {
            Some(place) => *place = Some(endpoint),
            None => self.endpoints.push(Some(endpoint)),
        }
        i32::try_from(number).unwrap_or(i32::MAX)
    }

    pub fn release(&mut self, endpoint: usize) {
        if let Some(place) = self.endpoints.get_mut(endpoint) {
            *place = None;
        }
    }

    /// In: the name of a scheme and a secret, which is wiped. A negative length: there is none. `listed`: it is only
    /// to be explained.
    pub fn add_secret(&mut self, endpoint: usize, scheme: usize, secret: i32, listed: bool) -> i32 {
        let result = self.added(endpoint, scheme, secret, listed);
        self.input.zeroize();
        self.unit(result)
    }

    fn added(&mut self, endpoint: usize, scheme: usize, secret: i32, listed: bool) -> Result<(), Error> {
        let secret = usize::try_from(secret)
            .map_err(|_| Reason::InvalidSecret("expected a string: is the environment variable set?"))?;
        let [scheme, secret] = parts(sent(&self.input), [scheme, secret]);
        let scheme = text(scheme).parse()?;
        let endpoint = self.endpoints.get_mut(endpoint).and_then(Option::as_mut).ok_or(GONE)?;
        if !listed {
            endpoint.webhook.add_secret(scheme, text(secret))?;
        }
        endpoint.listed.push((scheme, Zeroizing::new(text(secret).to_owned())));
        Ok(())
    }

    /// Whether there is a secret. To be called once all are added.
    pub fn check_secrets(&mut self, endpoint: usize) -> i32 {
        let result = self.endpoint(endpoint).and_then(|endpoint| endpoint.webhook.check_secrets());
        self.unit(result)
    }

    /// In: a payload, headers, digests. Verifies, and parses if it is to `receive`.
    ///
    /// With `host`, JavaScript computes the inner hash of HMAC (RFC 2104). The answer asks for one more: it is then how
    /// many bytes to hash before the payload, and has no texts.
    pub fn open(&mut self, call: Call, receive: bool, host: bool, digests: usize) -> i32 {
        let Some((front, input)) = self.input.split_first_chunk_mut::<FRONT>() else {
            return self.refuse(&GONE.into());
        };
        let [payload, headers, digests] =
            parts(&*input, [call.payload, call.headers, digests.saturating_mul(DIGEST)]);
        let headers = HeaderBlock(text(headers));
        let endpoint = self.endpoints.get(call.endpoint).and_then(Option::as_ref);
        let result = (|| {
            let webhook = endpoint.ok_or(GONE)?.webhook.webhook();
            let now = unix_seconds(call.now)?;
            let digests = Digests { given: digests, used: Cell::new(0), wanted: Cell::new(None) };
            let verified = webhook.verify_with(payload, &headers, now, |position, key, signed| {
                if !host || hmac::front_length(signed) > FRONT {
                    return Some(key.mac(&mut signed.prefixes(), payload));
                }
                let digest = digests.next(position, signed)?;
                webhook.key_bytes(position).map(|key| hmac::mac(key, digest))
            });
            if let Some((position, signed)) = digests.wanted.take() {
                if let Some(key) = webhook.key_bytes(position) {
                    hmac::write_front(key, &signed, front);
                }
                self.answer.ask(hmac::front_length(&signed));
                return Err(Refusal::NeedsDigest);
            }
            if host {
                // A plain write: the buffer lives on, so that no compiler leaves it out.
                front.fill(0);
            }
            let verified = verified?;
            let mut event = None;
            if receive {
                read(payload, &mut event)
                    .map_err(|error| error.with_verification(verified.verification()))?;
            }
            self.answer.write(|answer| delivery(answer, &verified, event.as_ref()));
            Ok(())
        })();
        match result {
            Ok(()) | Err(Refusal::NeedsDigest) => self.answer.length(),
            Err(Refusal::Error(error)) => self.refuse(&error),
        }
    }

    /// In: a payload, headers.
    pub fn explain(&mut self, call: Call) -> i32 {
        let [payload, headers] = parts(sent(&self.input), [call.payload, call.headers]);
        let endpoint = self.endpoints.get(call.endpoint).and_then(Option::as_ref);
        let explanation = (|| {
            let Endpoint { tolerance, listed, .. } = endpoint.ok_or(GONE)?;
            let (headers, now) = (HeaderBlock(text(headers)), unix_seconds(call.now)?);
            Ok(crate::explain_within(payload, &headers, listed, now, *tolerance))
        })();
        match explanation {
            Ok(explanation) => {
                self.answer.write(|answer| explained(answer, &explanation));
                self.answer.length()
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// In: a payload, an id.
    pub fn sign(&mut self, endpoint: usize, payload: usize, id: usize, timestamp: f64) -> i32 {
        let [payload, id] = parts(sent(&self.input), [payload, id]);
        let endpoint = self.endpoints.get(endpoint).and_then(Option::as_ref);
        let headers = (|| {
            let timestamp = seconds(timestamp, "timestamp must be unix seconds")?;
            endpoint.ok_or(GONE)?.webhook.webhook().sign(payload, text(id), timestamp)
        })();
        match headers {
            Ok(headers) => {
                self.answer.write(|answer| {
                    answer
                        .object(|answer| headers.iter().for_each(|(name, value)| answer.member(name, value)));
                });
                self.answer.length()
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// In: a payload.
    pub fn parse(&mut self, payload: usize) -> i32 {
        let [payload] = parts(sent(&self.input), [payload]);
        let mut event: Option<Variant<'_>> = None;
        if let Err(error) = read(payload, &mut event) {
            return self.refuse(&error);
        }
        self.answer.write(|answer| answer.node(event.as_ref().map_or(Node::Absent, Node::of)));
        self.answer.length()
    }

    /// In: the type of what was passed as a payload, and is none.
    pub fn payload_not_raw(&mut self, found: usize) -> i32 {
        let [found] = parts(sent(&self.input), [found]);
        let error = Reason::PayloadNotRaw { found: text(found).into() }.into();
        self.refuse(&error)
    }

    /// For a payload of more than `limit` bytes.
    pub fn payload_too_large(&mut self, limit: usize) -> i32 {
        self.refuse(&Error::payload_too_large(limit))
    }

    fn endpoint(&self, number: usize) -> Result<&Endpoint, Error> {
        self.endpoints.get(number).and_then(Option::as_ref).ok_or(GONE.into())
    }

    fn unit(&mut self, result: Result<(), Error>) -> i32 {
        result.map_or_else(|error| self.refuse(&error), |()| 0)
    }

    fn refuse(&mut self, error: &Error) -> i32 {
        self.answer.write(|answer| {
            answer.object(|answer| {
                answer.member("code", error.code());
                answer.member("message", &error.message());
                answer.member("hint", error.hint());
                answer.name("status");
                answer.integer(error.status().into());
            });
        });
        self.answer.length().saturating_neg()
    }
}

impl Default for Module {
    fn default() -> Self {
        Self::new()
    }
}

/// What verifying and explaining have in common: where the parts of the input end, in bytes, and the time.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub endpoint: usize,
    pub payload: usize,
    pub headers: usize,
    pub now: f64,
}

/// A number that was released, or never given.
const GONE: Reason = Reason::InvalidOption("this webhook is no longer there");

/// What the host hashed, in the order in which it was asked for.
struct Digests<'d, 'h> {
    given: &'d [u8],
    used: Cell<usize>,
    /// What is asked for: the position of a secret, and what the headers claim.
    wanted: Cell<Option<(usize, Claim<'h>)>>,
}

impl<'d, 'h> Digests<'d, 'h> {
    fn next(&self, position: usize, signed: &Claim<'h>) -> Option<&'d [u8; DIGEST]> {
        let digest = self.given.as_chunks::<DIGEST>().0.get(self.used.get());
        if digest.is_some() {
            self.used.set(self.used.get().saturating_add(1));
        } else {
            let first = self.wanted.take().unwrap_or((position, *signed));
            self.wanted.set(Some(first));
        }
        digest
    }
}

fn delivery(answer: &mut Answer, verified: &Verified<'_>, event: Option<&Variant<'_>>) {
    answer.object(|answer| {
        answer.member("scheme", verified.scheme().as_str());
        if let Some(id) = verified.id() {
            answer.member("id", id);
        }
        if let Some(timestamp) = verified.timestamp() {
            answer.name("timestamp");
            answer.integer(timestamp);
        }
        answer.name("secretIndex");
        answer.integer(u64::try_from(verified.secret_index()).unwrap_or_default());
        if let Some(event) = event {
            let key = idempotency_key(verified, event);
            answer.member("idempotencyKey", &key);
            answer.name("event");
            answer.node(Node::of(event));
        }
    });
}

fn explained(answer: &mut Answer, explanation: &Explanation) {
    answer.object(|answer| {
        answer.name("verified");
        answer.boolean(explanation.verified);
        answer.name("checks");
        answer.list(|answer| {
            for check in &explanation.checks {
                answer.object(|answer| {
                    answer.member("check", check.name.as_str());
                    answer.member("verdict", check.verdict.as_str());
                    answer.member("advice", &check.advice);
                });
            }
        });
    });
}

/// What JavaScript wrote.
fn sent(input: &[u8]) -> &[u8] {
    input.get(FRONT..).unwrap_or_default()
}

/// The parts of the input, by their lengths.
fn parts<const N: usize>(input: &[u8], lengths: [usize; N]) -> [&[u8]; N] {
    let mut rest = input;
    lengths.map(|length| {
        let (part, others) = rest.split_at_checked(length).unwrap_or_default();
        rest = others;
        part
    })
}

/// JavaScript's encoder writes UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

fn tolerance(value: f64) -> Result<u64, Error> {
    seconds(value, "toleranceSeconds must be a finite number of seconds, 0 or more")
}

fn unix_seconds(now: f64) -> Result<u64, Error> {
    seconds(now, "now must return unix seconds")
}

/// Drops fractions of a second.
#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn seconds(value: f64, problem: &'static str) -> Result<u64, Error> {
    if value.is_finite() && value >= 0.0 {
        Ok(value as u64)
    } else {
        Err(Reason::InvalidOption(problem).into())
    }
}

/// Lines of a name and lines of a value, in turn.
#[derive(Debug)]
struct HeaderBlock<'a>(&'a str);

impl Headers for HeaderBlock<'_> {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut lines = self.0.split('\n').map(str::as_bytes);
        core::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }
}

/// Where the input begins: a buffer of this length. 0: there is no memory for it.
#[wasm_bindgen]
pub fn input(length: usize) -> *mut u8 {
    module().input(length).map_or(core::ptr::null_mut(), <[u8]>::as_mut_ptr)
}

/// Where the JSON of the last answer begins.
#[wasm_bindgen]
pub fn answer() -> *const u8 {
    module().answer().as_ptr()
}

/// Where the long texts of the last answer begin.
#[wasm_bindgen]
pub fn texts() -> *const u8 {
    module().texts().as_ptr()
}

#[wasm_bindgen]
pub fn create(tolerance: f64) -> i32 {
    module().create(tolerance)
}

#[wasm_bindgen]
pub fn release(endpoint: usize) {
    module().release(endpoint);
}

#[wasm_bindgen(js_name = addSecret)]
pub fn add_secret(endpoint: usize, scheme: usize, secret: i32, listed: bool) -> i32 {
    module().add_secret(endpoint, scheme, secret, listed)
}

#[wasm_bindgen(js_name = checkSecrets)]
pub fn check_secrets(endpoint: usize) -> i32 {
    module().check_secrets(endpoint)
}

#[wasm_bindgen]
pub fn open(
    endpoint: usize,
    payload: usize,
    headers: usize,
    now: f64,
    receive: bool,
    host: bool,
    digests: usize,
) -> i32 {
    module().open(Call { endpoint, payload, headers, now }, receive, host, digests)
}

#[wasm_bindgen]
pub fn explain(endpoint: usize, payload: usize, headers: usize, now: f64) -> i32 {
    module().explain(Call { endpoint, payload, headers, now })
}

#[wasm_bindgen]
pub fn sign(endpoint: usize, payload: usize, id: usize, timestamp: f64) -> i32 {
    module().sign(endpoint, payload, id, timestamp)
}

#[wasm_bindgen]
pub fn parse(payload: usize) -> i32 {
    module().parse(payload)
}

#[wasm_bindgen(js_name = payloadNotRaw)]
pub fn payload_not_raw(found: usize) -> i32 {
    module().payload_not_raw(found)
}

#[wasm_bindgen(js_name = payloadTooLarge)]
pub fn payload_too_large(limit: usize) -> i32 {
    module().payload_too_large(limit)
}

/// What a module without `std` has to bring.
#[cfg(all(feature = "module", target_arch = "wasm32", not(feature = "std")))]
mod alone {
    #[global_allocator]
    static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

    /// Traps, without a word: what formats one is larger than what verifies.
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}
