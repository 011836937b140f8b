import * as library from "agentmail-webhooks";
import { answer } from "../../../../apps/answer.mjs";

export async function POST(request) {
  return Response.json(await answer(library, await request.text()));
}
