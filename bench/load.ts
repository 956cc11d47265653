import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { webhookPath } from "../src/http/server.ts";
import type { WebhookRequest } from "./delivery.ts";

/** Sends webhooks to one or more receivers in turn. */
export interface Load {
  /** So many at a time, each as soon as one before it was answered. */
  closed(deliveries: readonly WebhookRequest[], atOnce: number): Promise<void>;
  /**
   * So many a second, whether or not those before were answered. Gives how long each took in milliseconds, sorted, counted
   * from when it should have been sent: a receiver that stalls cannot hide the ones it kept waiting.
   */
  open(deliveries: readonly WebhookRequest[], perSecond: number): Promise<readonly number[]>;
  close(): void;
}

/** A load over kept-alive connections. */
export function loadOn(urls: readonly string[]): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let turn = 0;
  const sendOnce = async ({ headers, body }: WebhookRequest): Promise<void> => {
    const url = urls[turn++ % urls.length] ?? "";
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${url}${webhookPath}`, { method: "POST", agent, headers }, (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        response.once("end", () =>
          status < 300 ? resolve() : reject(new Error(`a webhook was answered ${status}`)),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
  };
  const send = async (delivery: WebhookRequest): Promise<void> => {
    try {
      await sendOnce(delivery);
    } catch (error) {
      const isReset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (!isReset) throw error;
      // The receiver closed an idle connection while this was on its way, and read nothing of it.
      await sendOnce(delivery);
    }
  };
  return {
    async closed(deliveries, atOnce) {
      const left = deliveries.values();
      const work = async (): Promise<void> => {
        for (const one of left) await send(one);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    async open(deliveries, perSecond) {
      const startedAt = performance.now() + 20;
      const took: number[] = [];
      const sent: Promise<void>[] = [];
      for (const [index, one] of deliveries.entries()) {
        const dueAt = startedAt + (index * 1000) / perSecond;
        while (performance.now() < dueAt) await pause(1);
        sent.push(send(one).then(() => void took.push(performance.now() - dueAt)));
      }
      await Promise.all(sent);
      return took.toSorted((a, b) => a - b);
    },
    close: () => agent.destroy(),
  };
}

/** A share of the sorted values lies at or below the given one. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
