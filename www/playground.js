// The page. Data flows one way: what the controls hold (state) -> what the library makes of it (analysis) -> what
// is seen (picture).

import { analyse } from "./analysis/analyse.js";
import { clockControl, nowOf } from "./controls/clock.js";
import { deliveryControl } from "./controls/delivery.js";
import { secretsControl } from "./controls/secrets.js";
import { sidesControl } from "./controls/sides.js";
import { themeControl } from "./controls/theme.js";
import { copyButton } from "./controls/told.js";
import { createState } from "./delivery/state.js";
import { fixtureOf } from "./fixture.js";
import { curl } from "./generator/code.js";
import { examples, firstExample } from "./generator/examples.js";
import { isMadeUp } from "./generator/make.js";
import { generator } from "./generator/panel.js";
import { load } from "./library.js";
import { byId } from "./picture/dom.js";
import { draw, tick } from "./picture/picture.js";

/** Larger bodies wait until typing has paused. */
const LARGE = 50_000;

themeControl();
byId("policy").textContent = document.querySelector("meta[http-equiv]").content.split("; ").join("\n");
// Shows unexpected errors, because otherwise an old verdict would remain visible.
addEventListener("error", ({ message }) => fail(`The page failed: reload it. ${message}`));
try {
  await load();
  start();
} catch (error) {
  fail(`The page failed to start: ${error.message}`);
  throw error;
}

function fail(text) {
  byId("failed").textContent = text;
  byId("failed").hidden = false;
}

function start() {
  const state = createState({ tolerance: 300, ...firstExample() });
  let analysis;
  let timer;

  const look = () => {
    analysis = analyse(state.get(), nowOf(state.get()));
    draw(analysis, state.get());
  };
  // Changes of one moment are looked at once.
  state.onChange(({ body }) => {
    clearTimeout(timer);
    timer = setTimeout(look, body.length > LARGE ? 200 : 0);
  });

  deliveryControl(state);
  secretsControl(state);
  sidesControl();
  clockControl(state, () => timestampOf(analysis));
  examples(state);
  generator(state);
  copies(state, () => analysis);
  byId("own-time").onclick = () => {
    state.set({ fixed: timestampOf(analysis) });
    byId("picture").focus();
  };
  look();
  setInterval(() => {
    // The verdict is found anew when the window opens or closes; otherwise a mark moves.
    if (state.get().fixed === undefined && tick(analysis, state.get(), nowOf(state.get()))) look();
  }, 1000);
  document.documentElement.dataset.ready = "true";
}

function timestampOf({ claims }) {
  return claims.find(({ seconds }) => seconds !== undefined)?.seconds;
}

function copies(state, current) {
  const isDemo = () => state.get().secrets.every(({ secret }) => isMadeUp(secret));
  copyButton(
    "copy-curl",
    () => curl(byId("make-url").value, pairsOf(current()), current().body),
    () => "Copied. It sends the delivery to the endpoint of the generator.",
  );
  copyButton(
    "copy-fixture",
    () => `${JSON.stringify(fixtureOf(state.get(), current()), null, 2)}\n`,
    () => (isDemo() ? "Copied." : "Copied. It contains your secret and the mail: replace them before you share it."),
  );
  copyButton("copy-event", () => `${JSON.stringify(current().event.value, null, 2)}\n`, () => "Copied.");
}

const pairsOf = ({ headers }) => headers.map(({ name, value }) => [name, value]);
