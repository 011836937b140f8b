//! The binding of `explain`, which is a separate wasm module.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize as _, Zeroizing};

use super::output::Output;
use super::{Buffers, HeaderBlock, parts, text, tolerance, unix_seconds};
use crate::wire::schema::key;
use crate::{Explanation, Scheme, explain_within};

/// Secrets to explain with. They may be malformed.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Explainer {
    secrets: Vec<(Scheme, Zeroizing<String>)>,
}

#[wasm_bindgen]
impl Explainer {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Input: the name of a scheme, a secret. The secret is wiped from the input.
    #[wasm_bindgen(js_name = addSecret)]
    pub fn add_secret(&mut self, buffers: &mut Buffers, scheme: usize, secret: usize) -> usize {
        let [scheme, secret] = parts(&buffers.input, [scheme, secret]);
        let result = text(scheme)
            .parse()
            .map(|scheme| self.secrets.push((scheme, Zeroizing::new(text(secret).to_owned()))));
        buffers.input.zeroize();
        buffers.output.answer(result, Output::nothing)
    }

    /// Input: a payload, headers.
    pub fn explain(
        &self,
        buffers: &mut Buffers,
        payload: usize,
        headers: usize,
        now: f64,
        tolerance_seconds: f64,
    ) -> usize {
        let Buffers { input, output } = buffers;
        let [payload, headers] = parts(input, [payload, headers]);
        let result = tolerance(tolerance_seconds).and_then(|tolerance| {
            let (headers, tolerance) = (HeaderBlock(text(headers)), Duration::from_secs(tolerance));
            Ok(explain_within(payload, &headers, &self.secrets, unix_seconds(now)?, tolerance))
        });
        output.answer(result, |output, explanation| write(output, &explanation))
    }
}

fn write(output: &mut Output, explanation: &Explanation) {
    output.object(|output| {
        output.name(key!("verified"));
        output.boolean(explanation.verified);
        output.name(key!("checks"));
        output.list(|output| {
            for check in &explanation.checks {
                output.object(|output| {
                    output.member(key!("check"), check.name.as_str());
                    output.member(key!("verdict"), check.verdict.as_str());
                    output.member(key!("advice"), &check.advice);
                });
            }
        });
    });
}
