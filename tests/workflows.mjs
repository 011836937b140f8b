// The workflows of GitHub, as GitHub reads them, and the rules of this project for them. `cargo xtask test` bundles it with
// GitHub's parser, and runs it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import { parse } from "yaml";

const DIRECTORY = ".github/workflows/";
/** What a step may run: what everybody runs, so that CI cannot do something else. */
const RUNS = /^(bash \.ci\/run|cargo xtask [a-z]+( (--?)?[a-z-]+)*( --tag "\$GITHUB_REF_NAME")?)$/;
const PINNED = /^\s*(- )?uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
/** What publishes may prove who it is, and no other job. */
const PUBLISHING = { contents: "read", "id-token": "write", attestations: "write" };

const names = readdirSync(DIRECTORY);
const workflows = names.map((name) => {
  const text = readFileSync(DIRECTORY + name, "utf8");
  return { name, text, workflow: parse(text) };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ where: `${name}, ${id}`, job })),
);
const steps = jobs.flatMap(({ where, job }) => job.steps.map((step) => ({ where, job, step })));

test("workflows: GitHub reads them", async () => {
  assert.deepEqual(names.toSorted(), ["audit.yml", "ci.yml", "release.yml"]);
  for (const { name, text } of workflows) {
    const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
    const template = value && (await convertWorkflowTemplate(context, value));
    const errors = [...context.errors.getErrors(), ...(template?.errors ?? [])];
    assert.deepEqual(errors.map(({ message, Message }) => message ?? Message), [], name);
  }
});

test("workflows: an action is pinned to a commit, and says its version", () => {
  for (const { name, text } of workflows) {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    assert.ok(uses.length > 0, name);
    for (const line of uses) assert.match(line, PINNED, name);
  }
});

test("workflows: a commit of an action has one version, and a version one commit", () => {
  const pins = workflows.flatMap(({ text }) => text.match(/[\w-]+\/[\w-]+@[0-9a-f]{40} # \S+/g));
  const actions = pins.map((pin) => pin.split("@")[0]);
  assert.equal(new Set(pins).size, new Set(actions).size, [...new Set(pins)].join("\n"));
});

test("workflows: nothing may anything but what a job says", () => {
  for (const { name, workflow } of workflows) assert.deepEqual(workflow.permissions, {}, name);
  for (const { where, job } of jobs) {
    const allowed = job.environment === "release" ? PUBLISHING : { contents: "read" };
    assert.deepEqual(job.permissions, allowed, where);
    assert.ok(job["timeout-minutes"] > 0, where);
  }
});

test("workflows: strangers' code starts none that may more, and there are no secrets", () => {
  for (const { name, text, workflow } of workflows) {
    const triggers = Object.keys(workflow.on);
    const harmless = ["push", "pull_request", "schedule", "workflow_dispatch"];
    for (const trigger of triggers) assert.ok(harmless.includes(trigger), `${name}: ${trigger}`);
    assert.doesNotMatch(text, /\bsecrets(\.|\[|: inherit)/, name);
  }
  for (const { where, step } of steps) {
    if (step.uses?.startsWith("actions/checkout@")) assert.equal(step.with["persist-credentials"], false, where);
  }
});

test("workflows: what they run is what people run", () => {
  const runs = steps.filter(({ step }) => step.run);
  assert.ok(runs.length >= 6);
  for (const { where, step } of runs) assert.match(step.run, RUNS, where);
});

test("workflows: what is published was tested by the job before, and is made once", () => {
  const { workflow } = workflows.find(({ name }) => name === "release.yml");
  assert.deepEqual(workflow.on, { push: { tags: ["v*"] } });
  const publishing = Object.values(workflow.jobs).filter((job) => job.environment === "release");
  const published = publishing.map((job) => job.steps.at(-1).run);
  assert.deepEqual(published, ["crate", "npm"].map((what) => `cargo xtask publish ${what} --tag "$GITHUB_REF_NAME"`));
  for (const job of publishing) {
    assert.equal(job.needs, "test");
    const used = job.steps.map(({ uses }) => uses?.split("@")[0]);
    assert.ok(used.includes("actions/download-artifact") && used.includes("actions/attest-build-provenance"));
  }
  assert.ok(workflow.jobs.test.steps.some(({ run }) => run === "bash .ci/run"));
});
