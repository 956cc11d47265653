import type { Probot } from "probot";
import { listen } from "./webhooks.ts";

/**
 * Burngate as a Probot app function, for the ecosystem's own adapters and `probot run ./src/github/app.ts`:
 * it reads the same environment as `npm start`, stores every delivery and starts the worker. The adapter
 * brings the HTTP server; ours (`npm start`) also bounds bodies and answers probes and metrics, so prefer it
 * where you can choose.
 */
export default async function burngate(app: Probot): Promise<void> {
  const { composeFromEnvironment } = await import("../compose.ts");
  const machine = await composeFromEnvironment();
  listen(app, machine.accept);
  machine.start();
}
