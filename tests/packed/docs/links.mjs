// Every link of every page leads somewhere. The test uses no network: it checks the form of addresses, and the files
// that addresses of this repository name.

import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import GithubSlugger from "github-slugger";
import { lexer, walkTokens } from "marked";
import { REPOSITORY, pages, read } from "./blocks.mjs";

const OURS = /^https:\/\/github\.com\/agentmail-webhooks\/agentmail-webhooks(?:\/(?:blob|tree)\/main\/([^#]*))?(#.*)?$/;

/** Returns the targets of the links and images of a page. */
function links(page) {
  const found = [];
  walkTokens(lexer(read(page)), (token) => {
    if (token.type === "link" || token.type === "image") found.push(token.href);
    if (token.type === "html") found.push(...Array.from(token.raw.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g), ([, href]) => href));
    // GitHub shows a reference without a definition as plain text.
    if (token.type === "text" && !token.tokens) assert.doesNotMatch(token.text, /\]\[|\]\(/, `${page}: a link that is none`);
  });
  return found;
}

/** The names that GitHub gives to the headings of a page. */
const anchors = (page) => {
  const slugger = new GithubSlugger();
  const names = new Set();
  walkTokens(lexer(read(page)), (token) => {
    if (token.type === "heading") names.add(slugger.slug(plain(token.tokens)));
  });
  return names;
};

/** Returns the text of a heading, without markup. */
function plain(tokens) {
  return tokens.map((token) => (token.tokens ? plain(token.tokens) : token.text)).join("");
}

/** Returns why a link leads nowhere, or undefined if it is good. */
function fault(page, href) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
    const ours = href.match(OURS);
    if (ours) return faultOfFile(ours[1] ?? "README.md", ours[2], href);
    if (/github\.com\/agentmail-webhooks/i.test(href)) return "is not of the form that addresses of this repository have";
    const url = URL.canParse(href) ? new URL(href) : undefined;
    const isGood = url?.protocol === "https:" && url.hostname.includes(".") && !url.username && !/\s/.test(href);
    return isGood ? undefined : "is no address of https";
  }
  if (href.startsWith("/")) return "begins with a slash, which means another place on each site";
  const [path, anchor] = href.split(/(?=#)/);
  const isHere = path === "" || path.startsWith("#");
  return faultOfFile(isHere ? page : normalize(join(dirname(page), decodeURIComponent(path))), isHere ? href : anchor, href);
}

function faultOfFile(file, anchor, href) {
  const path = join(REPOSITORY, file);
  if (file.startsWith("..") || !existsSync(path)) return "leads to nothing";
  if (statSync(path).isDirectory()) return anchor ? "is an anchor in a folder" : undefined;
  if (href.split("#")[0].endsWith("/")) return "ends with a slash, and is a file";
  // Lines of a file that is not a page: `#L10`.
  if (!anchor || (!file.endsWith(".md") && /^#L\d+(-L\d+)?$/.test(anchor))) return undefined;
  // The anchor of the README on GitHub's front page.
  if (file === "README.md" && anchor === "#readme") return undefined;
  return anchors(file).has(decodeURIComponent(anchor.slice(1))) ? undefined : "is not the name of a heading";
}

for (const page of pages) {
  test(`links of ${page}`, () => {
    for (const href of links(page)) {
      const why = fault(page, href);
      assert.equal(why, undefined, `${page}: ${href} ${why}`);
    }
  });
}

test("links: what is wrong with one is found", () => {
  const wrong = [
    "nothing.md", "../nothing", "#nothing", "SECURITY.md#nothing", "SECURITY.md/", "/README.md", "docs/cli.md#the-command", "docs#anchor",
    "http://example.com", "https://example", "https://a b.example", "https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/nothing.md",
    "https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/SECURITY.md#nothing", "https://github.com/agentmail-webhooks/other", "mailto:a@b.example",
  ];
  const right = [
    "SECURITY.md", "docs/", "docs", "#contributing", "SECURITY.md#limits", "docs/cli.md#the-command-line", "https://example.com/a#b", "https://github.com/agentmail-webhooks/agentmail-webhooks#readme",
    "https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/SECURITY.md#limits",
  ];
  assert.deepEqual(wrong.filter((href) => fault("README.md", href) === undefined), []);
  assert.deepEqual(right.filter((href) => fault("README.md", href) !== undefined), []);
});
