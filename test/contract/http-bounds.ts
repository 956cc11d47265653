import type { ServerBounds } from "../../src/http/server.ts";

/** Bounds that nobody meets; each test takes one of them down. */
export const wideBounds: ServerBounds = {
  maxConnections: 100,
  headersTimeout: 600_000,
  requestTimeout: 600_000,
  connectionsCheckingInterval: 10,
  keepAliveTimeout: 600_000,
  maxHeaderSize: 16_384,
  answerMs: 600_000,
};
