//! The binding that the npm package calls, and the only module that uses `wasm_bindgen`.
//!
//! JavaScript holds [`Webhook`]s and one [`Buffers`], which it passes to every call: it writes the arguments into the
//! input, and reads the result from the output. Each way costs one copy, and calls do not allocate.
//!
//! - Input: the arguments that a method names, such as payload and headers, concatenated. Their lengths in bytes are
//!   passed to the method.
//! - Output: JSON, `[value, texts]` or, for an error, `[error]`. Every JavaScript engine parses short JSON faster than
//!   it receives an object field by field, and copies a long text faster than it parses JSON. A method returns the
//!   length of that JSON.
//!
//! The JavaScript side checks only the types of its arguments, which are unknown here.

// `#[wasm_bindgen]` generates `unsafe` code and undocumented items.
#![allow(unsafe_code, missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)]

#[cfg(feature = "explain")]
mod explain;
mod host;
mod output;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroize as _;

#[cfg(feature = "explain")]
pub use self::explain::Explainer;
pub use self::host::Host;
use self::output::Output;
use crate::error::{Error, Reason};
use crate::event::{idempotency_key, read, unreadable_error};
use crate::signature::secret::HostHmac;
use crate::signature::{Headers, Verified};
use crate::webhook::WebhookBuilder;
use crate::wire::dynamic::Variant;
use crate::wire::encode::Node;
use crate::wire::schema::key;

/// The maximum capacity that a buffer keeps between calls, in bytes. AgentMail limits payloads to 1 MB (WIRE 1 in
/// `tests/fixtures/README.md`).
const KEPT: usize = 4 << 20;

/// The arguments of a call and its result.
#[wasm_bindgen]
pub struct Buffers {
    input: Vec<u8>,
    output: Output,
}

impl fmt::Debug for Buffers {
    /// Leaves out the contents, which may be a secret or mail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffers").finish_non_exhaustive()
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl Buffers {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self { input: Vec::new(), output: Output::new() }
    }

    /// Returns the address of an input buffer of this length, or null if there is not enough memory.
    pub fn input(&mut self, length: usize) -> *mut u8 {
        self.output.clear();
        if self.input.capacity() > KEPT && length <= KEPT {
            self.input = Vec::new();
        }
        // An exact reservation, so that a rare large payload does not allocate twice its size.
        if self.input.try_reserve_exact(length.saturating_sub(self.input.len())).is_err() {
            return core::ptr::null_mut();
        }
        if self.input.len() < length {
            self.input.resize(length, 0);
        }
        self.input.as_mut_ptr()
    }

    /// Returns the address of the result.
    pub fn json(&self) -> *const u8 {
        self.output.json().as_ptr()
    }

    /// Returns the address of the long texts in ASCII.
    pub fn ascii(&self) -> *const u8 {
        self.output.ascii().as_ptr()
    }

    /// Returns the address of the long texts in UTF-16.
    pub fn utf16(&self) -> *const u16 {
        self.output.utf16().as_ptr()
    }

    /// Input: a payload.
    pub fn parse(&mut self, payload: usize) -> usize {
        let Self { input, output } = self;
        let [payload] = parts(input, [payload]);
        let mut event: Option<Variant<'_>> = None;
        output.answer(read(payload, &mut event), |output, _| {
            output.node(event.as_ref().map_or(Node::Absent, Node::of));
        })
    }

    /// Writes the error for a payload that is not raw. Input: the type of the argument.
    #[wasm_bindgen(js_name = payloadNotRaw)]
    pub fn payload_not_raw(&mut self, found: usize) -> usize {
        let [found] = parts(&self.input, [found]);
        self.output.refuse(&Reason::PayloadNotRaw { found: text(found).into() }.into())
    }

    /// Writes the error for a payload of more than `limit` bytes.
    #[wasm_bindgen(js_name = payloadTooLarge)]
    pub fn payload_too_large(&mut self, limit: usize) -> usize {
        self.output.refuse(&Error::payload_too_large(limit))
    }
}

/// For native tests, which cannot write to the module's memory.
impl Buffers {
    /// Writes the arguments of a call. Returns `None` if there is not enough memory.
    pub fn send(&mut self, arguments: &[&[u8]]) -> Option<()> {
        let length = arguments.iter().map(|argument| argument.len()).sum();
        if self.input(length).is_null() {
            return None;
        }
        let mut bytes = arguments.iter().copied().flatten();
        self.input.iter_mut().zip(&mut bytes).for_each(|(place, byte)| *place = *byte);
        Some(())
    }

    /// Returns the JSON of the result, and its long texts in ASCII and in UTF-16.
    pub fn answer(&self) -> (&[u8], &[u8], &[u16]) {
        (self.output.json(), self.output.ascii(), self.output.utf16())
    }
}

/// Secrets and options to verify deliveries with.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Webhook {
    builder: WebhookBuilder,
}

impl Default for Webhook {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl Webhook {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self { builder: crate::Webhook::builder() }
    }

    /// Input: the name of a scheme, a secret. The secret is wiped from the input. `None` stands for a missing secret.
    #[wasm_bindgen(js_name = addSecret)]
    pub fn add_secret(&mut self, buffers: &mut Buffers, scheme: usize, secret: Option<usize>) -> usize {
        let [name, value] = parts(&buffers.input, [scheme, secret.unwrap_or_default()]);
        let result = secret
            .ok_or_else(|| {
                Reason::InvalidSecret("expected a string: is AGENTMAIL_WEBHOOK_SECRET set?").into()
            })
            .and_then(|_| self.builder.add_secret(text(name).parse()?, text(value)));
        buffers.input.zeroize();
        buffers.output.answer(result, Output::nothing)
    }

    /// Sets the tolerance, and rejects a webhook without secrets. Called after all secrets are added.
    pub fn build(&mut self, buffers: &mut Buffers, tolerance_seconds: f64) -> usize {
        let result = tolerance(tolerance_seconds).and_then(|seconds| {
            self.builder.set_tolerance(seconds);
            self.builder.check_secrets()
        });
        buffers.output.answer(result, Output::nothing)
    }

    /// Verifies a delivery, and parses its event if `receive` is set. Input: a payload, headers. If there is a host, it
    /// computes the MACs.
    #[allow(clippy::needless_pass_by_value, reason = "of an object that may be absent, no reference crosses")]
    pub fn open(
        &self,
        buffers: &mut Buffers,
        payload: usize,
        headers: usize,
        now: f64,
        receive: bool,
        host: Option<Host>,
    ) -> usize {
        let Buffers { input, output } = buffers;
        let [payload, headers] = parts(input, [payload, headers]);
        let headers = HeaderBlock(text(headers));
        let webhook = self.builder.webhook();
        let (mut event, mut warnings) = (None, Vec::new());
        let result = unix_seconds(now).and_then(|now| {
            let hmac = host
                .as_ref()
                .map(|host| |key: &[u8], prefix: &str, payload: &[u8]| host.mac(key, prefix, payload));
            let hmac = hmac.as_ref().map(|hmac| -> &HostHmac<'_> { hmac });
            let verified = webhook.verify_by_host(payload, &headers, now, hmac)?;
            if receive {
                warnings = read(payload, &mut event).map_err(|error| unreadable_error(&verified, error))?;
            }
            Ok(verified)
        });
        output.answer(result, |output, verified| delivery(output, &verified, event.as_ref(), &warnings))
    }

    /// Input: a payload, an id.
    pub fn sign(&self, buffers: &mut Buffers, payload: usize, id: usize, timestamp: f64) -> usize {
        let Buffers { input, output } = buffers;
        let [payload, id] = parts(input, [payload, id]);
        let result = seconds(timestamp, "timestamp must be unix seconds")
            .and_then(|timestamp| self.builder.webhook().sign(payload, text(id), timestamp));
        output.answer(result, |output, headers| {
            output.object(|output| headers.iter().for_each(|(name, value)| output.header(name, value)));
        })
    }
}

fn delivery(output: &mut Output, verified: &Verified<'_>, event: Option<&Variant<'_>>, warnings: &[String]) {
    output.object(|output| {
        output.verification(verified.scheme(), verified.id(), verified.timestamp(), verified.secret_index());
        if let Some(event) = event {
            output.member(key!("idempotencyKey"), &idempotency_key(verified, event));
            output.name(key!("event"));
            output.node(Node::of(event));
            output.name(key!("warnings"));
            output.list(|output| warnings.iter().for_each(|warning| output.text(warning)));
        }
    });
}

/// Splits the input into parts of these lengths.
fn parts<const N: usize>(input: &[u8], lengths: [usize; N]) -> [&[u8]; N] {
    let mut rest = input;
    lengths.map(|length| {
        let (part, others) = rest.split_at_checked(length).unwrap_or_default();
        rest = others;
        part
    })
}

/// Returns the text of an argument. JavaScript encodes it as UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

fn tolerance(value: f64) -> Result<u64, Error> {
    seconds(value, "toleranceSeconds must be a finite number of seconds, 0 or more")
}

fn unix_seconds(now: f64) -> Result<u64, Error> {
    seconds(now, "now must return unix seconds")
}

/// Rounds down to whole seconds.
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

/// Headers as lines: alternately a name and its value.
#[derive(Debug)]
struct HeaderBlock<'a>(&'a str);

impl Headers for HeaderBlock<'_> {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut lines = self.0.as_bytes().split(|byte| *byte == b'\n');
        core::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }
}

/// The parts that a module without `std` must define itself.
#[cfg(all(feature = "module", target_arch = "wasm32", not(feature = "std")))]
mod alone {
    #[global_allocator]
    static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

    /// Traps without a message: the code that formats one is larger than the code that verifies.
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}
