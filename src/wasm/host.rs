//! HMAC-SHA256 by the JavaScript runtime, which uses the processor's instructions for it.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Functions that the runtime performs faster than the module.
    #[derive(Debug)]
    pub type Host;

    /// Writes the MAC of `prefix` followed by `payload`. All slices are views of the module's memory.
    #[wasm_bindgen(method, js_name = hmacSha256)]
    fn hmac_sha256(this: &Host, key: &[u8], prefix: &[u8], payload: &[u8], mac: &mut [u8]);
}

impl Host {
    pub(super) fn mac(&self, key: &[u8], prefix: &str, payload: &[u8]) -> [u8; 32] {
        let mut mac = [0; 32];
        self.hmac_sha256(key, prefix.as_bytes(), payload, &mut mac);
        mac
    }
}
