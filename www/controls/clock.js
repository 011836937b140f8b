// The clock: the real one, or one that stands still, for a delivery that was recorded.

import { byId } from "../picture/dom.js";
import { moment } from "../picture/timeline.js";

/** The present, in unix seconds. */
export const systemTime = () => Math.floor(Date.now() / 1000);

export const nowOf = ({ fixed }) => fixed ?? systemTime();

export function clockControl(state, timestampOfDelivery) {
  const [real, fixed] = document.querySelectorAll("input[name=clock]");
  const [field, tolerance] = [byId("now"), byId("tolerance")];
  real.onchange = () => state.set({ fixed: undefined });
  fixed.onchange = () => state.set({ fixed: systemTime() });
  field.oninput = () => state.set({ fixed: readTime(field.value) }, field);
  tolerance.oninput = () => state.set({ tolerance: readNumber(tolerance.value) }, tolerance);
  byId("at-delivery").onclick = () => state.set({ fixed: timestampOfDelivery() ?? systemTime() });

  const draw = (current, source) => {
    const stands = current.fixed !== undefined;
    [real.checked, fixed.checked] = [!stands, stands];
    byId("fixed").hidden = !stands;
    if (stands && source !== field) field.value = String(current.fixed);
    if (source !== tolerance) tolerance.value = String(current.tolerance);
    field.setAttribute("aria-invalid", String(Number.isNaN(current.fixed)));
    tolerance.setAttribute("aria-invalid", String(!(current.tolerance >= 0)));
    byId("now-note").textContent = Number.isNaN(current.fixed)
      ? "Unix seconds, or a date like 2026-03-04T10:00:00Z"
      : stands
        ? moment(current.fixed)
        : "";
  };
  state.onChange(draw);
  draw(state.get());
}

/** Unix seconds, or a date; NaN if it is neither. */
function readTime(text) {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  // Without a zone, a date in a log is most often in UTC.
  const dated = /\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(trimmed) ? `${trimmed.replace(" ", "T")}Z` : trimmed;
  return Math.floor(Date.parse(dated) / 1000);
}

function readNumber(text) {
  return text.trim() === "" ? NaN : Number(text);
}
