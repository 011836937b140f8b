//! `cargo xtask pkg`: the npm package, from `pkg-templates/` and the wasm build.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bindgen::{self, Form};
use crate::run::{
    at, cargo, copy, copy_all, files, fresh, once, program, read, root, run, run_quietly, step, target, write,
};
use crate::tools::{self, WASM_TARGET, npm_directory, npm_program};
use crate::typescript;
use crate::{Failure, events, no_arguments};
use agentmail_webhooks::EVENT_SCHEMAS;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The entries that are also built for `require`. The Workers runtime has only ES modules.
const COMMONJS_ENTRIES: [&str; 11] = [
    "adapters/express",
    "adapters/fastify",
    "adapters/fetch",
    "adapters/hono",
    "adapters/lambda",
    "stores/memory",
    "stores/once",
    "stores/postgres",
    "stores/redis",
    "stores/sql",
    "testing/index",
];
/// The entries with samples.
const DIALECTS: [&str; 4] = ["000", "001", "002", "004"];
/// The name of the module in the templates.
const NAME: &str = "agentmail_webhooks";

/// The compiler flags of the module, in addition to the profile `wasm`. `benches/README.md` has their costs.
const MODULE_FLAGS: [&str; 2] = [
    // Every runtime has it: Node 16, Chrome 91, Firefox 89, Safari 16.4 and later.
    "-Ctarget-feature=+simd128",
    // Small functions are inlined: without that, parsing takes 50 % longer. benches/CHOICES.md compares thresholds.
    "-Cllvm-args=-inline-threshold=25",
];

const COMMONJS: &[&str] = &["--platform=node", "--format=cjs"];
const SHORT: [&str; 3] = ["--minify-syntax", "--legal-comments=none", "--target=es2022"];

/// A wasm module of the package, with the scripts that load it in each runtime.
struct Module {
    /// The directory in the package.
    directory: &'static str,
    /// The name of its files. Each module has its own, because bundlers put them into one directory.
    name: &'static str,
    features: &'static str,
}

const MODULES: [Module; 2] = [
    Module { directory: "", name: NAME, features: "module" },
    Module { directory: "explain", name: "agentmail_webhooks_explain", features: "module,explain" },
];

/// The scripts of a module in every runtime that does not bundle them.
const SCRIPTS: [&str; 6] = ["webhook.js", "call.js", "library.js", "error.js", "host.js", "entries/ready.js"];
/// The entries that import them.
const ENTRIES: [&str; 4] =
    ["entries/workerd.js", "entries/edge-light.js", "entries/browser.js", "entries/node.mjs"];

pub(crate) fn run_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("pkg", arguments)?;
    let package = build()?;
    println!("{}", sizes(&package)?);
    Ok(())
}

/// The built package.
pub(crate) struct Package {
    pub(crate) directory: PathBuf,
    pub(crate) tarball: PathBuf,
}

/// Builds `pkg/` and packs it.
pub(crate) fn build() -> Result<Package, Failure> {
    tools::npm_packages()?;
    tools::rust_target(WASM_TARGET)?;

    let modules = MODULES.into_iter().map(|module| Ok((module.build()?, module)));
    let modules = modules.collect::<Result<Vec<_>, Failure>>()?;

    let root = root();
    let declarations = target().join("xtask/index.d.ts");
    write(&declarations, typescript::declarations(&typescript::template()?)?)?;
    let package = Package {
        directory: root.join("pkg"),
        tarball: npm_directory().join(format!("agentmail-webhooks-{VERSION}.tgz")),
    };
    let mut inputs = files(&root.join("pkg-templates"))?;
    inputs.extend(
        ["Cargo.toml", "LICENSE-MIT", "LICENSE-APACHE", "xtask/npm/package-lock.json"]
            .map(|name| root.join(name)),
    );
    inputs.extend(files(&root.join("xtask/src"))?);
    inputs.extend(files(&root.join("src/testing/samples"))?);
    inputs.extend(modules.iter().map(|(built, _)| built.clone()));
    inputs.push(declarations.clone());
    if !package.directory.exists() {
        // It comes with the tarball.
        let _ = fs::remove_file(&package.tarball);
    }
    once(&package.tarball, &inputs, || {
        step("assembling pkg/");
        let scratch = target().join("xtask/pkg");
        fresh(&scratch)?;
        fresh(&package.directory)?;
        for (built, module) in &modules {
            module.assemble(built, &scratch, &package.directory)?;
        }
        assemble(&declarations, &package.directory)?;
        let tarballs = npm_directory();
        run_quietly(
            program("npm")
                .args(["pack", "--silent", "--pack-destination"])
                .arg(tarballs)
                .arg(&package.directory),
        )
        .map(drop)
    })?;
    Ok(package)
}

impl Module {
    /// Builds it, unless it was built from the same sources before.
    fn build(&self) -> Result<PathBuf, Failure> {
        let module = target().join("xtask").join(self.features).join("agentmail_webhooks.wasm");
        let mut inputs = files(&root().join("src"))?;
        inputs.extend(["Cargo.toml", "Cargo.lock", "xtask/src/pkg.rs"].map(|name| root().join(name)));
        once(&module, &inputs, || {
            step(&format!("building the wasm module: {}", self.features));
            let outputs = target().join(WASM_TARGET).join("wasm");
            // Cargo uses the same name for all features, and would take the output of others for this one.
            let _ = fs::remove_file(outputs.join("deps/agentmail_webhooks.wasm"));
            let mut build = cargo();
            build.args(["rustc", "--quiet", "--lib", "--package", "agentmail-webhooks", "--profile", "wasm"]);
            build.args(["--target", WASM_TARGET, "--no-default-features", "--features", self.features]);
            let flags = remaps()?.into_iter().chain(MODULE_FLAGS.map(str::to_owned)).collect::<Vec<_>>();
            build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
            // In the manifest, `cdylib` would break targets that have no panic handler.
            run(build.args(["--crate-type", "cdylib"]))?;
            copy(&outputs.join("agentmail_webhooks.wasm"), &module)
        })?;
        Ok(module)
    }

    /// Writes it into the package, with the scripts that load it.
    fn assemble(&self, built: &Path, scratch: &Path, pkg: &Path) -> Result<(), Failure> {
        let Self { directory, name, .. } = *self;
        let (templates, scratch, pkg) =
            (root().join("pkg-templates"), scratch.join(directory), pkg.join(directory));
        let own = directory == "explain";
        copy_all(&templates, &scratch)?;
        if own {
            // Some of its scripts are its own.
            copy_all(&templates.join(directory), &scratch)?;
        }
        for path in files(&scratch)? {
            write(&path, read(&path)?.replace(NAME, name))?;
        }
        bind(built, name, &scratch)?;
        let wasm = format!("{name}_bg.wasm");
        copy(&scratch.join(&wasm), &pkg.join(&wasm))?;
        shorten(&scratch, &format!("{name}.js"), &pkg, &["--minify-identifiers"])?;
        for script in SCRIPTS.into_iter().chain(ENTRIES).chain(own.then_some("explain.js")) {
            shorten(&scratch, script, &pkg, &[])?;
        }

        let (entries, base64) = (scratch.join("entries"), "--loader:.wasm=base64");
        let script = |from: &str, to: &str, options: &[&str]| {
            // Only what fetches the module in browsers asks for its own address, and that is shaken out.
            let options = [options, &[base64, "--define:import.meta.url=\"\""]].concat();
            bundle(&entries.join(from), &options, &pkg.join("entries").join(to))
        };
        if !own {
            script("inline.js", "inline.js", &["--platform=neutral", "--format=esm"])?;
            bundle(&scratch.join("error.js"), COMMONJS, &pkg.join("error.cjs"))?;
        }
        script("module.cjs", "module.cjs", COMMONJS)?;
        // Both modules have one `WebhookError`, in a script of its own.
        let error = if own { "../../error.cjs" } else { "../error.cjs" };
        write(&scratch.join("error.js"), format!("export {{ WebhookError }} from {error:?};\n"))?;
        let external = ["--external:./module.cjs".to_owned(), format!("--external:{error}")];
        script("node.js", "node.cjs", &[COMMONJS, &external.each_ref().map(String::as_str)].concat())
    }
}

/// Returns the flags that remove paths of this machine from the module, where panics would contain them.
fn remaps() -> Result<Vec<String>, Failure> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let (sources, elsewhere) = tools::rust_sources()?;
    let remaps =
        [home.map(|path| (path, String::new())), Some((root(), String::new())), Some((sources, elsewhere))];
    let flag = |(path, to): (PathBuf, String)| format!("--remap-path-prefix={}={to}", path.display());
    Ok(remaps.into_iter().flatten().map(flag).collect())
}

/// Generates the JavaScript of the module, and strips the module.
fn bind(module: &Path, name: &str, scratch: &Path) -> Result<(), Failure> {
    bindgen::bind(module, scratch, Form::Web, Some(name))?;
    let bound = scratch.join(format!("{name}_bg.wasm"));
    let mut optimize = npm_program("wasm-opt");
    // Rebuilds the control flow, which makes the module smaller and faster than one pass. The last option is safe, because
    // only the end of the stack lies below address 1,024.
    optimize.args(["--flatten", "--rereloop", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"]);
    optimize.arg("--low-memory-unused");
    optimize.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    run_quietly(optimize.arg(&bound).arg("-o").arg(&bound)).map(drop)
}

fn assemble(declarations: &Path, pkg: &Path) -> Result<(), Failure> {
    let root = root();
    let templates = root.join("pkg-templates");
    for name in ["LICENSE-MIT", "LICENSE-APACHE", events::LLMS] {
        copy(&root.join(name), &pkg.join(name))?;
    }
    copy(&root.join(events::SCHEMA), &pkg.join("event.schema.json"))?;
    // The same declarations twice: TypeScript takes the format of a module from the file's name.
    copy(declarations, &pkg.join("index.d.ts"))?;
    copy(declarations, &pkg.join("index.d.cts"))?;
    copy(&templates.join("explain.d.ts"), &pkg.join("explain.d.ts"))?;
    copy(&templates.join("explain.d.ts"), &pkg.join("explain.d.cts"))?;
    copy(&templates.join("README.md"), &pkg.join("README.md"))?;
    for directory in ["adapters", "cli", "stores", "testing"] {
        copy_all(&templates.join(directory), &pkg.join(directory))?;
    }
    let names: Vec<_> = EVENT_SCHEMAS.iter().map(|event| event.name).chain(["unknown"]).collect();
    let types = format!("export const EVENT_TYPES = new Set({names:?});\n");
    write(&pkg.join("adapters/event-types.js"), types)?;
    write(&pkg.join("testing/samples.js"), samples(&names)?)?;
    write(&pkg.join("cli/version.js"), format!("export const VERSION = \"{VERSION}\";\n"))?;
    write(&pkg.join("cli/about.js"), format!("export const ABOUT = {{\n{}}};\n", about()))?;
    for entry in COMMONJS_ENTRIES {
        let path = |extension: &str| pkg.join(format!("{entry}.{extension}"));
        copy(&path("d.ts"), &path("d.cts"))?;
        let options = [COMMONJS, &["--external:agentmail-webhooks"]].concat();
        bundle(&path("js"), &options, &path("cjs"))?;
    }
    let manifest = read(&templates.join("package.json"))?;
    write(
        &pkg.join("package.json"),
        manifest.replace("\"version\": \"0.0.0\"", &format!("\"version\": \"{VERSION}\"")),
    )
}

/// A script without comments and white space. Names stay, for stack traces, but in what `wasm-bindgen` wrote.
fn shorten(scratch: &Path, name: &str, pkg: &Path, options: &[&str]) -> Result<(), Failure> {
    let mut shorten = npm_program("esbuild");
    shorten.arg(scratch.join(name)).arg("--minify-whitespace").args(SHORT).args(options);
    run_quietly(shorten.arg(format!("--outfile={}", pkg.join(name).display()))).map(drop)
}

/// Returns the descriptions of all events, as members of an object.
fn about() -> String {
    let unknown = ("unknown", "An event that is newer than this version.");
    let docs = EVENT_SCHEMAS.iter().map(|event| (event.name, event.docs)).chain([unknown]);
    let members = docs.map(|(name, docs)| format!("  {name:?}: {:?},\n", docs.trim().replace('`', "")));
    members.collect::<Vec<_>>().concat()
}

/// Returns the samples of events as a script: those of `src/testing/samples`, in the order of the events, and those
/// that differ in a dialect. JSON is JavaScript, except for `__proto__`, which no sample has.
fn samples(names: &[&str]) -> Result<String, Failure> {
    let directory = root().join("src/testing/samples");
    let usual = members(&directory, names)?;
    let dialects = DIALECTS.iter().map(|dialect| {
        let varied = members(&directory.join("dialects").join(dialect), names)?;
        Ok(format!("{dialect:?}: {{\n{varied}}},\n"))
    });
    let dialects = dialects.collect::<Result<String, Failure>>()?;
    Ok(format!("export const SAMPLES = {{\n{usual}}};\n\nexport const DIALECTS = {{\n{dialects}}};\n"))
}

/// The samples of a directory, as members of an object.
fn members(directory: &Path, names: &[&str]) -> Result<String, Failure> {
    let files = names.iter().map(|name| (name, directory.join(format!("{name}.json"))));
    let found = files.filter(|(_, file)| file.exists());
    found.map(|(name, file)| Ok(format!("{name:?}: {},\n", read(&file)?.trim()))).collect()
}

/// One script of an ES module and what it imports.
fn bundle(from: &Path, options: &[&str], to: &Path) -> Result<(), Failure> {
    let mut bundle = npm_program("esbuild");
    // Not on one line: Node prints the line of an uncaught error, and the module would be in it.
    bundle.arg(from).args(["--bundle", "--log-level=warning"]).args(SHORT);
    run_quietly(bundle.args(options).arg(format!("--outfile={}", to.display()))).map(drop)
}

/// The sizes of the loaded files, in bytes.
pub(crate) struct Sizes {
    pub(crate) wasm: u64,
    pub(crate) wasm_gzipped: u64,
    /// Beside the module, in Workers and browsers.
    pub(crate) script_gzipped: u64,
    /// With the module inside.
    pub(crate) node_gzipped: u64,
    pub(crate) tarball: u64,
}

pub(crate) fn measure(package: &Package) -> Result<Sizes, Failure> {
    let bytes = |path: &Path| fs::metadata(path).map(|file| file.len()).map_err(at(path));
    // Node's gzip, the one that servers in Node use.
    let gzipped = |names: &[&str]| -> Result<u64, Failure> {
        let script = "const {gzipSync}=require('zlib'),{readFileSync}=require('fs');\
            console.log(process.argv.slice(1).reduce((sum,path)=>sum+gzipSync(readFileSync(path),{level:9}).length,0))";
        let mut node = program("node");
        node.args(["-e", script]).args(names.iter().map(|name| package.directory.join(name)));
        let told = run_quietly(&mut node)?;
        told.trim().parse().map_err(|_| format!("node tells no size: {told}"))
    };
    let wasm = format!("{NAME}_bg.wasm");
    Ok(Sizes {
        wasm: bytes(&package.directory.join(&wasm))?,
        wasm_gzipped: gzipped(&[&wasm])?,
        script_gzipped: gzipped(&[&SCRIPTS[..], &["agentmail_webhooks.js", "entries/workerd.js"]].concat())?,
        node_gzipped: gzipped(&["entries/node.cjs", "entries/node.mjs", "entries/module.cjs", "error.cjs"])?,
        tarball: bytes(&package.tarball)?,
    })
}

/// A table of sizes, for a person.
pub(crate) fn sizes(package: &Package) -> Result<String, Failure> {
    let Sizes { wasm, wasm_gzipped, script_gzipped, node_gzipped, tarball } = measure(package)?;
    Ok(format!(
        "pkg/ is ready: npm pack ./pkg\n\
         \n  wasm, raw                    {wasm:>8} bytes\
         \n  wasm, gzipped                {wasm_gzipped:>8} bytes\
         \n  JavaScript, gzipped          {script_gzipped:>8} bytes (Workers, browsers)\
         \n  JavaScript, gzipped          {node_gzipped:>8} bytes (Node: with the module inside)\
         \n  whole tarball                {tarball:>8} bytes",
    ))
}
