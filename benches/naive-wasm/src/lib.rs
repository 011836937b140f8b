//! A naive WebAssembly module: popular crates, and the bindings that their documentation shows.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize as _;
use sha2::Sha256;
use wasm_bindgen::prelude::*;

/// The MAC of a text and the bytes after it.
///
/// # Errors
/// Never: HMAC accepts keys of any length.
#[wasm_bindgen]
pub fn hmac_sha256(key: &[u8], prefix: &str, body: &[u8]) -> Result<Vec<u8>, JsError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(prefix.as_bytes());
    mac.update(body);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// Parses JSON into the same value as `JSON.parse`.
///
/// # Errors
/// When it is not JSON.
#[wasm_bindgen]
pub fn parse(body: &[u8]) -> Result<JsValue, JsError> {
    let value: serde_json::Value = serde_json::from_slice(body)?;
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}
