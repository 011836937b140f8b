// The playground in Chromium: real clicks, real keys, real files. SITE is where it was built, CRATE where the Rust
// crate is, and ONLY a part of the names of the tests that are wanted.

import { test } from "node:test";
import { withPage } from "../../tests/packed/lib/page.mjs";
import { playground } from "./kit.mjs";
import { accessTests } from "./access.mjs";
import { budgetTests } from "./budget.mjs";
import { controlTests } from "./controls.mjs";
import { generatorTests } from "./generator.mjs";
import { hostileTests } from "./hostile.mjs";
import { importTests } from "./import.mjs";
import { pictureTests } from "./picture.mjs";
import { privacyTests } from "./privacy.mjs";

const site = process.env.SITE;

await withPage({ directory: site, path: "/index.html" }, async (page) => {
  const kit = await playground(page);
  const suites = { pictureTests, controlTests, importTests, generatorTests, hostileTests, privacyTests, accessTests, budgetTests };
  for (const suite of Object.values(suites)) {
    for (const [name, run] of Object.entries(suite)) {
      if (!name.includes(process.env.ONLY ?? "")) continue;
      await test(`playground: ${name}`, async () => {
        await kit.open();
        await run(kit, site);
        kit.checkErrors();
      });
    }
  }
});
