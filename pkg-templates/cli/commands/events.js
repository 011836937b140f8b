// Lists all events, and prints samples.

import { EVENT_TYPES } from "agentmail-webhooks/testing";
import { ABOUT } from "../about.js";
import { usage } from "../failure.js";
import { bold, dim, prettyJson } from "../print.js";
import { sampleEvent } from "../samples.js";

export const events = {
  name: "events",
  summary: "lists all events, with samples",
  most: 1,
  options: { dialect: { type: "string" } },
  help: `agentmail-webhooks events [TYPE]

Lists the events that AgentMail sends, or prints a sample: a payload with every documented field.

  agentmail-webhooks events
  agentmail-webhooks events message.received
  agentmail-webhooks events message.received --dialect 002 > body.json

  --dialect NAME  the form of the sample: 000, 001, 002 or 004
  --json          {"event_type", "about", "sample"} on each line`,

  run({ values, positionals, io }) {
    const [only] = positionals;
    const samples = (only === undefined ? EVENT_TYPES : [only]).map((name) => ({
      event_type: name,
      about: ABOUT[name],
      sample: sampleEvent({ event: name, dialect: values.dialect }),
    }));
    if (values.json) {
      for (const line of samples) io.out.json(line);
    } else if (only !== undefined) {
      for (const line of prettyJson(samples[0].sample).split("\n")) io.out.line(line);
    } else if (values.dialect !== undefined) {
      throw usage("--dialect is for a sample", "agentmail-webhooks events message.received --dialect 002");
    } else {
      const width = Math.max(...EVENT_TYPES.map((name) => name.length));
      for (const { event_type, about } of samples) io.out.line(bold(event_type.padEnd(width)), "  ", dim(about));
    }
  },
};
