//! HMAC-SHA256 by the JavaScript runtime, which uses the processor's instructions for it.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Functions that the runtime performs faster than the module.
    #[derive(Debug)]
    pub type Host;

    /// Writes the MAC of `prefix` followed by `payload` to an address in the module's memory, of which the slices are
    /// views. Returns `false` if there is no MAC of 32 bytes.
    ///
    /// The place is not a `&mut [u8]`: wasm-bindgen passes that as a shared slice, so the optimizer may assume that it
    /// did not change. An address that the host has may be written to.
    #[wasm_bindgen(method, js_name = hmacSha256)]
    fn hmac_sha256(this: &Host, key: &[u8], prefix: &[u8], payload: &[u8], mac: *mut u8) -> bool;
}

impl Host {
    pub(super) fn mac(&self, key: &[u8], prefix: &str, payload: &[u8]) -> Option<[u8; 32]> {
        let mut mac = [0; 32];
        self.hmac_sha256(key, prefix.as_bytes(), payload, mac.as_mut_ptr()).then_some(mac)
    }
}
