import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A door before a Prometheus that counts who goes through. */
export type PrometheusCounter = {
  readonly url: string;
  /** Queries since the start or the last `forget`. */
  readonly count: number;
  forget(): void;
  /** From now on nobody is answered: connections are taken, and that is all. */
  hang(): void;
  /** From now on everybody is passed on again. */
  resume(): void;
  stop(): Promise<void>;
};

/** Opens the door: every request is passed on as it is, and so is every answer; one that cannot be had cuts the connection. */
export async function countQueries(prometheus: string): Promise<PrometheusCounter> {
  let count = 0;
  let isHanging = false;
  const pass = (incoming: IncomingMessage, response: ServerResponse): void => {
    count += 1;
    if (isHanging) return void incoming.resume();
    const { method, headers, url = "/" } = incoming;
    const onward = request(new URL(url, prometheus), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  // An idle connection is not closed by us, or a question could cross the closing.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get count() {
      return count;
    },
    forget() {
      count = 0;
    },
    hang() {
      isHanging = true;
    },
    resume() {
      isHanging = false;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
