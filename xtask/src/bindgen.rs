//! wasm-bindgen as a library, at the version of Cargo.lock: its command line takes eight minutes to compile.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::Failure;

/// The form of the JavaScript beside a module.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// An ES module that leaves loading to its user.
    Web,
    /// An ES module that imports the module as `WebAssembly.Module`.
    Module,
    /// For `require`.
    Node,
}

/// Writes the JavaScript that belongs to `module`, and the module as that expects it, to `directory`.
pub(crate) fn bind(module: &Path, directory: &Path, form: Form, name: Option<&str>) -> Result<(), Failure> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).typescript(false);
    if let Some(name) = name {
        bindgen.out_name(name);
    }
    let formed = match form {
        // A browser loads what is beside the script.
        Form::Web => bindgen.omit_default_module_path(false).web(true),
        Form::Module => bindgen.module(true),
        Form::Node => bindgen.nodejs(true),
    };
    formed
        .and_then(|bindgen| bindgen.generate(directory))
        .map_err(|error| format!("wasm-bindgen: {}: {error:#}", module.display()))
}
