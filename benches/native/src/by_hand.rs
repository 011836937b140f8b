//! Verification as one would write it: nothing but what has to be done, with the best that there is for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Delivery;

/// The state of the MAC after the key, which is copied for each delivery.
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    pub(crate) fn new(secret: &str) -> Option<Self> {
        let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
        Hmac::new_from_slice(&key).ok().map(Self)
    }

    fn mac(&self, id: &str, timestamp: &str, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", payload] {
            mac.update(part);
        }
        mac
    }

    pub(crate) fn sign(&self, id: &str, timestamp: &str, payload: &[u8]) -> [u8; 32] {
        self.mac(id, timestamp, payload).finalize().into_bytes().into()
    }

    pub(crate) fn verify(&self, delivery: &Delivery) -> Option<()> {
        let header = |name| delivery.headers.get(name)?.to_str().ok();
        let (id, timestamp) = (header("svix-id")?, header("svix-timestamp")?);
        if timestamp.parse::<u64>().ok()?.abs_diff(delivery.now) > 300 {
            return None;
        }
        let mac = self.mac(id, timestamp, &delivery.payload);
        header("svix-signature")?.split(' ').find_map(|entry| {
            let signature = STANDARD.decode(entry.strip_prefix("v1,")?).ok()?;
            mac.clone().verify_slice(&signature).ok()
        })
    }
}
