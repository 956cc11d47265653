/** The world as a process of its own, steered over HTTP; see world-client.ts. */
import { startWorld } from "./world.ts";

const world = await startWorld({
  now: () => Date.now(),
  pointsPerMinute: Infinity,
  other(request, response, here) {
    if (request.url === "/bench/reset") here.reset();
    response.writeHead(200).end(JSON.stringify({ counts: here.counts, statuses: here.written.length }));
  },
});
process.stdout.write(`${JSON.stringify({ msg: "listening", port: Number(new URL(world.url).port) })}\n`);
