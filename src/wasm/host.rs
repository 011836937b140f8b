//! HMAC-SHA256 by the JavaScript runtime, which uses the processor's instructions for it.

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Functions that the runtime performs faster than the module.
    #[derive(Debug)]
    pub type Host;

    /// Returns the MAC of `prefix` followed by `payload`. The slices are views of the module's memory.
    ///
    /// It does not write into a `&mut [u8]`: wasm-bindgen passes that as a shared slice, so the optimizer may assume that
    /// it did not change.
    #[wasm_bindgen(method, js_name = hmacSha256)]
    fn hmac_sha256(this: &Host, key: &[u8], prefix: &[u8], payload: &[u8]) -> Vec<u8>;
}

impl Host {
    pub(super) fn mac(&self, key: &[u8], prefix: &str, payload: &[u8]) -> Vec<u8> {
        self.hmac_sha256(key, prefix.as_bytes(), payload)
    }
}
