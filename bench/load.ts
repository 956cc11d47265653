/** Sends webhooks, as many as are taken or at a steady rate, and keeps what each had to wait. */
import { Agent, request } from "node:http";
import type { SignedDelivery } from "./delivery.ts";

/** What sending came to. */
export interface Sent {
  readonly count: number;
  readonly refused: number;
  /** How long each acknowledgement took, in milliseconds, from the moment at which it was due to be sent. */
  readonly waitsMs: readonly number[];
}

/** Sends to each address in turn over kept-alive connections. */
export interface Sender {
  /** Keeps so many on their way until all are sent. */
  all(deliveries: Iterable<SignedDelivery>, atOnce: number): Promise<Sent>;
  /** Begins one each `1 / perSecond` seconds, whether or not those before were answered. */
  steadily(deliveries: readonly SignedDelivery[], perSecond: number): Promise<Sent>;
  close(): void;
}

/** A sender to one address, or to several in turn. */
export function senderTo(urls: readonly string[]): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let turn = 0;
  const send = (delivery: SignedDelivery): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = urls[(turn += 1) % urls.length]!;
      const headers = { ...delivery.headers, "content-length": Buffer.byteLength(delivery.body) };
      const sent = request(url, { method: "POST", agent, headers }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject);
      sent.end(delivery.body);
    });
  const isTaken = (status: number): boolean => status >= 200 && status < 300;
  return {
    async all(deliveries, atOnce) {
      const left = deliveries[Symbol.iterator]();
      const waitsMs: number[] = [];
      let refused = 0;
      const hand = async (): Promise<void> => {
        for (let next = left.next(); next.done !== true; next = left.next()) {
          const begun = performance.now();
          if (!isTaken(await send(next.value))) refused += 1;
          waitsMs.push(performance.now() - begun);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, hand));
      return { count: waitsMs.length, refused, waitsMs };
    },
    async steadily(deliveries, perSecond) {
      const begun = performance.now();
      let refused = 0;
      const waitsMs = await Promise.all(
        deliveries.map(async (delivery, index) => {
          const dueAt = begun + (1000 * index) / perSecond;
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
          if (!isTaken(await send(delivery))) refused += 1;
          return performance.now() - dueAt;
        }),
      );
      return { count: waitsMs.length, refused, waitsMs };
    },
    close: () => agent.destroy(),
  };
}

/** The value that a share of all do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
