// A Worker that does something many times, for who asks from outside: its own clock stands still within a request.

import { prove, use } from "./measure.mjs";
import { peers } from "./peers.mjs";

const PEERS = peers();
let genuine;
let forged;

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/peers") return Response.json(PEERS.map(({ what, name }) => ({ what, name })));
    if (pathname === "/payload") {
      const body = Buffer.from(await request.arrayBuffer());
      const headers = JSON.parse(request.headers.get("x-headers"));
      const changed = Buffer.from(body);
      changed[changed.length - 1] ^= 1;
      [genuine, forged] = [{ body, headers }, { body: changed, headers }];
      for (const peer of PEERS) await prove(peer, genuine, forged);
      return new Response();
    }
    const peer = PEERS[searchParams.get("peer")];
    const count = Number(searchParams.get("count"));
    for (let done = 0; done < count; done += 1) use(peer.async ? await peer.run(genuine) : peer.run(genuine));
    return new Response();
  },
};
