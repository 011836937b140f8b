//! Decodes payloads into values, guided by a schema, and encodes them again. Independent of the events themselves.

pub(crate) mod decode;
pub(crate) mod discriminate;
pub(crate) mod dynamic;
pub(crate) mod encode;
mod extra;
pub(crate) mod json;
mod members;
pub(crate) mod object;
pub(crate) mod raw;
pub(crate) mod schema;
pub(crate) mod target;
pub(crate) mod transcode;
mod warning;
