//! From the bytes of a payload to values, along a schema, and back. Nothing here names an event, or knows of mail.

pub(crate) mod decode;
pub(crate) mod discriminate;
pub(crate) mod dynamic;
pub(crate) mod encode;
pub(crate) mod json;
mod members;
mod misfit;
pub(crate) mod object;
pub(crate) mod raw;
pub(crate) mod schema;
pub(crate) mod target;
pub(crate) mod transcode;
