import * as library from "agentmail-webhooks";
import { answer } from "../../../../apps/answer.mjs";

export const config = { runtime: "edge" };

export default async function handler(request) {
  return Response.json(await answer(library, await request.text()));
}
