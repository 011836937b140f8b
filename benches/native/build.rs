//! Takes the program of `docs/migration.md` out of the page, for `src/migration.rs`.

use std::{env, fs, io};

const PAGE: &str = "../../docs/migration.md";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={PAGE}");
    let page = fs::read_to_string(PAGE)?;
    let code = page.split_once("\n```rust\n").and_then(|(_, rest)| rest.split_once("\n```\n"));
    let (code, _) = code.ok_or_else(|| io::Error::other(format!("{PAGE} has no Rust")))?;
    let directory = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(std::path::Path::new(&directory).join("migration.rs"), code)
}
