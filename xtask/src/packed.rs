//! The tests of the packed package: installed from its tarball into a project of its own, as users
//! install it, and run in each runtime.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bindgen::{Form, bind};
use crate::pkg::Package;
use crate::run::{
    cargo, copy_all, fresh, program, root, run as run_program, run_quietly, step, target, write,
};
use crate::tools::{
    self, WASM_TARGET, chromium, install_tarball, npm_directory, npm_program, runtimes, runtimes_directory,
};
use crate::{Failure, no_arguments};

/// A file of `tests/packed`, and the message while it runs.
type Suite = (&'static str, &'static str);

/// With `--quick` too.
const RUNTIMES: &[Suite] =
    &[("runtimes/node.mjs", "Node"), ("runtimes/workerd.mjs", "Cloudflare Workers, in workerd")];

/// Each part of the package, by the Node at hand, with `--quick` too.
const PARTS: &[Suite] = &[
    ("module/host.mjs", "SHA-256 of the host, whatever the length"),
    ("module/entries.mjs", "loading the module"),
    ("adapters/fetch.mjs", "adapters: Fetch and Hono"),
    ("adapters/server.mjs", "adapters: Fetch and Hono, over HTTP"),
    ("adapters/workerd.mjs", "adapters: Fetch and Hono, in workerd"),
    ("adapters/express.mjs", "adapters: Express and node:http"),
    ("adapters/fastify.mjs", "adapters: Fastify"),
    ("adapters/lambda.mjs", "adapters: Lambda"),
    ("stores/memory.mjs", "stores: memory"),
    ("stores/once.mjs", "stores: once"),
    ("stores/workerd.mjs", "stores: Durable Objects and D1, in workerd"),
    ("testing/testing.mjs", "the testing kit"),
    ("cli/verify.test.mjs", "the command line: verify and explain"),
    ("cli/print.test.mjs", "the command line: parse, sign and events"),
];

/// Suites that need installed tools, or take longer.
const MORE_RUNTIMES: &[Suite] = &[
    ("runtimes/deno.mjs", "Deno"),
    ("runtimes/bun.mjs", "Bun"),
    ("runtimes/jest/run.mjs", "Jest"),
    ("runtimes/vitest/run.mjs", "Vitest"),
    ("runtimes/chromium.mjs", "Chromium, without a bundler"),
    ("bundlers/esbuild/run.mjs", "esbuild"),
    ("bundlers/vite/run.mjs", "Vite"),
    ("bundlers/webpack/run.mjs", "webpack"),
    ("bundlers/rollup/run.mjs", "Rollup"),
    ("bundlers/wrangler/run.mjs", "wrangler"),
    ("bundlers/next/run.mjs", "Next.js, its edge runtime and Node"),
];

/// More suites for the installed Node.
const SUITES: &[Suite] = &[
    ("module/shaking.mjs", "what bundlers leave out"),
    ("module/memory.mjs", "memory"),
    ("interop/interop.mjs", "interop with svix and standardwebhooks from npm"),
    ("docs/readme.mjs", "the code of the README"),
    ("docs/migration.mjs", "migration, before and after"),
    ("docs/accounted.mjs", "documentation: every block of code has its test, every entry point its page"),
    ("docs/links.mjs", "documentation: links"),
    ("docs/shell.mjs", "documentation: commands"),
    ("docs/tables.mjs", "documentation: what pages say alike"),
    ("docs/express.mjs", "documentation: Express and node:http"),
    ("docs/fastify.mjs", "documentation: Fastify"),
    ("docs/fetch.mjs", "documentation: Workers, with their stores"),
    ("docs/hono.mjs", "documentation: Hono"),
    ("docs/lambda.mjs", "documentation: Lambda"),
    ("docs/once.mjs", "documentation: once"),
    ("docs/events.mjs", "documentation: events"),
    ("docs/path.mjs", "documentation: the path, queues, tenants, WebSockets"),
    ("docs/sdk.mjs", "documentation: calls of AgentMail's SDK"),
    ("docs/watch.mjs", "documentation: metrics"),
    ("docs/rotation.mjs", "documentation: rotation"),
    ("docs/troubleshooting.mjs", "documentation: troubleshooting"),
    ("cli/endpoints.test.mjs", "the command line: send and listen"),
    ("cli/real.test.mjs", "the command line: each command, with Express and curl"),
    ("cli/hostile.test.mjs", "the command line: hostile input"),
    ("cli/usage.test.mjs", "the command line: help and examples"),
    ("types/types.mjs", "type declarations, under each way to resolve packages"),
    ("types/comments.mjs", "what editors show: a comment for everything, examples that compile"),
];

/// Suites that need Redis, Python or a newer Node, or take longer.
const MORE_SUITES: &[Suite] = &[
    ("fixtures/schema.mjs", "the schema of the fixtures"),
    ("fixtures/event-schema.mjs", "the schema of the event"),
    ("module/installs.mjs", "projects with other versions of frameworks"),
    ("bundlers/formats.mjs", "ES modules for Node by each bundler; Workers with the condition node"),
    ("docs/types.mjs", "documentation: TypeScript"),
    ("docs/runtimes.mjs", "documentation: Deno, Bun and Hono in Node"),
    ("docs/redis.mjs", "documentation: Redis"),
    ("docs/sqlite.mjs", "documentation: SQLite"),
    ("docs/postgres.mjs", "documentation: PostgreSQL"),
    ("docs/llms.mjs", "documentation: llms.txt"),
    ("docs/your-own.mjs", "documentation: a store of one's own"),
    ("docs/wrangler.mjs", "documentation: configurations of wrangler"),
    ("docs/platforms.mjs", "documentation: more platforms"),
    ("docs/next.mjs", "documentation: Next.js"),
    ("docs/browser.mjs", "documentation: browsers"),
    ("stores/redis.mjs", "stores: Redis"),
    ("stores/postgres.mjs", "stores: PostgreSQL"),
    ("stores/sqlite.mjs", "stores: SQLite"),
    ("testing/runners.mjs", "the testing kit under Vitest and Jest"),
    ("cli/terminal.test.mjs", "the command line at a terminal"),
    ("cli/runtimes.mjs", "the command line in the newest Node, Deno and Bun"),
    ("examples/examples.mjs", "the examples"),
    ("faults/outages.mjs", "outages: each row of the page"),
    ("faults/load.mjs", "10,000 requests, a fifth of them refused, over HTTP/1.1 and HTTP/2"),
    ("faults/faults.mjs", "exactly once, under faults"),
];

/// Runs the suites, and asks two checkers of packages.
pub(crate) fn run(package: &Package, quick: bool) -> Result<(), Failure> {
    write(&rows(), "")?;
    let light = Project::new(package, &npm_directory(), "node".into())?;
    let mut failed = Vec::new();
    if quick {
        failed.extend(light.run_all(RUNTIMES));
    } else {
        let all = Project::new(package, &runtimes_directory(), runtimes()?)?;
        for suites in [RUNTIMES, MORE_RUNTIMES, MORE_SUITES] {
            failed.extend(all.run_all(suites));
        }
        failed.extend(light.run_all(SUITES));
    }
    failed.extend(light.run_all(PARTS));
    if !failed.is_empty() {
        matrix("print")?;
        let failed = failed.join(", ");
        return Err(format!("tests of the packed package failed: {failed} (of tests/packed)"));
    }
    if quick {
        return Ok(());
    }
    step("packed package: publint and attw");
    run_quietly(npm_program("publint").arg("--strict").arg(&package.directory))?;
    // The other entry points have no types: wasm modules, a migration, package.json.
    let modules = [".", "./explain", "./inline"];
    let adapters = ["./express", "./fastify", "./fetch", "./hono", "./lambda"];
    let others = [
        "./stores/memory",
        "./stores/once",
        "./stores/postgres",
        "./stores/redis",
        "./stores/sql",
        "./testing",
    ];
    attw(package, &[&modules[..], &adapters[..], &others[..]].concat())
}

/// "Are the types wrong?", for entry points of the package.
fn attw(package: &Package, entries: &[&str]) -> Result<(), Failure> {
    let mut attw = npm_program("attw");
    attw.arg(&package.tarball).arg("--no-definitely-typed").arg("--entrypoints").args(entries);
    run_quietly(&mut attw).map(drop)
}

/// The answers to the cases in a directory, in every runtime.
pub(crate) fn differential(package: &Package, cases: &Path) -> Result<(), Failure> {
    chromium()?;
    let project = Project::new(package, &npm_directory(), "node".into())?;
    step("packed package: native, Node, workerd and Chromium agree");
    run_program(project.suite("../differential/differential.mjs").arg(cases))
}

/// The page in `site`, in Chromium.
pub(crate) fn playground(package: &Package, site: &Path) -> Result<(), Failure> {
    chromium()?;
    let project = Project::new(package, &npm_directory(), "node".into())?;
    step("the playground, in Chromium");
    run_program(project.suite("../../www/tests/playground.mjs").env("SITE", site).env("CRATE", root()))
}

/// The example of a Worker in Rust. It is sent what the packed package signs.
pub(crate) fn rust_worker(package: &Package) -> Result<(), Failure> {
    let project = Project::new(package, &npm_directory(), "node".into())?;
    step("a Worker in Rust, in workerd");
    let (manifest, directory) =
        (root().join("examples/worker-rust/Cargo.toml"), target().join("worker-rust"));
    run_program(cargo().args(["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
    let mut build = cargo();
    build.args(["build", "--quiet", "--locked", "--release", "--target", WASM_TARGET, "--manifest-path"]);
    run_program(build.arg(&manifest).arg("--target-dir").arg(&directory))?;
    // Its lock names the same wasm-bindgen as ours.
    let (module, bound) =
        (directory.join(WASM_TARGET).join("release/worker_rust_example.wasm"), directory.join("pkg"));
    bind(&module, &bound, Form::Module, Some("worker"))?;
    run_program(project.suite("examples/worker-rust.mjs").arg(&bound))
}

/// The file in which the runners record their runs.
fn rows() -> PathBuf {
    target().join("xtask/matrix.jsonl")
}

/// `cargo xtask matrix`.
pub(crate) fn matrix_command(arguments: &[String]) -> Result<(), Failure> {
    no_arguments("matrix", arguments)?;
    matrix("write")
}

/// Prints the runs. If the table in docs/works-in.md is out of date, `check` fails, and `write` updates it.
pub(crate) fn matrix(what: &str) -> Result<(), Failure> {
    if !rows().exists() {
        return Err("there is no matrix yet: cargo xtask test makes it".to_owned());
    }
    step("what ran where");
    let mut node = program("node");
    run_program(node.arg("tests/packed/runtimes/matrix.mjs").arg(rows()).args(["docs/works-in.md", what]))
}

/// A project of npm that has the package, the tests and the fixtures, and nothing of the repository.
struct Project {
    directory: PathBuf,
    /// The program that runs its files.
    node: PathBuf,
}

impl Project {
    /// Below a directory that has the npm packages which the tests use.
    fn new(package: &Package, packages: &Path, node: PathBuf) -> Result<Self, Failure> {
        let directory = packages.join("packed");
        install_tarball(&directory, &package.tarball)?;
        let tests = directory.join("tests");
        fresh(&tests)?;
        for name in ["differential", "packed", "interop", "fixtures"] {
            copy_all(&root().join("tests").join(name), &tests.join(name))?;
        }
        for name in ["examples", "www"] {
            fresh(&directory.join(name))?;
            copy_all(&root().join(name), &directory.join(name))?;
        }
        Ok(Self { directory, node })
    }

    /// A file of `tests/packed`, which reports.
    fn suite(&self, file: &str) -> Command {
        let mut node = program(&self.node);
        node.current_dir(&self.directory).arg("--test-reporter=./tests/packed/lib/reporter.mjs");
        // The documentation is read where it stands.
        node.env("REPOSITORY", root())
            .env("MATRIX", rows())
            .envs(chromium().ok().map(|path| ("CHROME_BIN", path)));
        node.arg(format!("tests/packed/{file}"));
        node
    }

    /// Runs all files, and returns those that failed, to show the failures of each runtime.
    fn run_all(&self, suites: &[Suite]) -> Vec<&'static str> {
        let mut failed = Vec::new();
        for (file, what) in suites {
            step(&format!("packed package: {what}"));
            if run_program(&mut self.suite(file)).is_err() {
                failed.push(*file);
            }
        }
        failed
    }
}

/// Interop with the libraries of `PyPI`.
pub(crate) fn python(package: &Package) -> Result<(), Failure> {
    let project = Project::new(package, &npm_directory(), "node".into())?;
    let python = tools::python_packages()?;
    step("packed package: interop with svix, standardwebhooks and agentmail from PyPI");
    let mut test = program(python);
    test.env("REPOSITORY", root());
    test.current_dir(&project.directory).args([
        "-m",
        "unittest",
        "discover",
        "--start-directory",
        "tests/interop",
    ]);
    run_program(&mut test)
}
