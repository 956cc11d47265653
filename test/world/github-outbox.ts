import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { webhookProblems } from "./github-contract.ts";
import type { Ids } from "./github-ids.ts";
import type { Violations } from "./github-violations.ts";

/** GitHub gives up on a receiver after this long. */
const PATIENCE_MS = 10_000;

/** One sending of a webhook. `status` is the HTTP status, 0 if there was no answer; `outcome` GitHub's words for it. */
export type Attempt = {
  id: number;
  at: number;
  status: number;
  outcome: string;
  durationMs: number;
  redelivery: boolean;
  answer: string | null;
};

/** A webhook made by the world, in the state it had then. Every attempt carries the same `guid`. */
export type WebhookDelivery = {
  guid: string;
  event: string;
  action: string | null;
  payload: { [key: string]: unknown };
  raw: string;
  installationId: number | null;
  repositoryId: number | null;
  at: number;
  attempts: Attempt[];
};

/** A webhook about to be made. */
export type WebhookDraft = Pick<
  WebhookDelivery,
  "event" | "action" | "payload" | "installationId" | "repositoryId"
>;

type Options = { now: () => number; ids: Ids; violations: Violations; secret: string; appId: number };

/**
 * Every webhook that the world makes, and their sending. As GitHub does it: signed, once, ten seconds of patience,
 * nothing repeated unless somebody asks; one that is slow does not hold up the next.
 */
export class Outbox {
  readonly deliveries: WebhookDelivery[] = [];
  readonly #options: Options;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #hookId: number;
  #url: string | undefined;
  #held = false;

  constructor(options: Options) {
    this.#options = options;
    this.#hookId = options.ids.next("hook");
  }

  /** Where webhooks go from now on; undefined: nowhere. Those made before are not sent by this. */
  sendTo(url: string | undefined): void {
    this.#url = url;
  }

  /** Checks a payload against GitHub's schema, keeps it, and sends it unless held. */
  add(draft: WebhookDraft): WebhookDelivery {
    const { now, ids, violations } = this.#options;
    const raw = JSON.stringify(draft.payload);
    const payload = JSON.parse(raw) as WebhookDelivery["payload"];
    const delivery: WebhookDelivery = { guid: ids.guid(), ...draft, payload, raw, at: now(), attempts: [] };
    const where = draft.action === null ? draft.event : `${draft.event}.${draft.action}`;
    violations.note({
      at: now(),
      kind: "webhook",
      where,
      problems: webhookProblems(draft.event, draft.action, payload),
    });
    this.deliveries.push(delivery);
    if (!this.#held && this.#url !== undefined) void this.#start(delivery);
    return delivery;
  }

  /** Makes webhooks wait until they are released or delivered one by one. */
  hold(): void {
    this.#held = true;
  }

  /** Ends `hold`: sends all that were never sent, in the order in which they were made. */
  release(): void {
    this.#held = false;
    for (const delivery of this.pending()) void this.#start(delivery);
  }

  /** Those that were never sent. */
  pending(): WebhookDelivery[] {
    return this.deliveries.filter((delivery) => delivery.attempts.length === 0);
  }

  /** Those whose last attempt is over and was not answered with success. */
  failed(): WebhookDelivery[] {
    return this.deliveries.filter(({ attempts }) => {
      const last = attempts.at(-1);
      return last !== undefined && last.outcome !== "pending" && (last.status < 200 || last.status > 299);
    });
  }

  /** Sends one now, held or not, first time or again, and waits for the answer. */
  async deliver(guid: string): Promise<Attempt> {
    const delivery = this.deliveries.find((each) => each.guid === guid);
    if (delivery === undefined) throw new Error(`no webhook ${guid}`);
    return this.#start(delivery);
  }

  /** Sends these one after the other (a guid may come twice), each after the answer to the one before; default: all pending. */
  async deliverAll(order: readonly string[] = this.pending().map(({ guid }) => guid)): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (const guid of order) attempts.push(await this.deliver(guid));
    return attempts;
  }

  /** Waits until no webhook is in flight, those included that were made meanwhile. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** Cuts off all that is in flight. */
  stop(): void {
    this.#url = undefined;
    this.#agent.destroy();
  }

  /** The headers that a receiver gets; the signature is over the raw bytes. */
  headers(delivery: WebhookDelivery): { [name: string]: string } {
    const hmac = (hash: string): string =>
      `${hash}=${createHmac(hash, this.#options.secret).update(delivery.raw).digest("hex")}`;
    return {
      Accept: "*/*",
      "Content-Type": "application/json",
      "User-Agent": "GitHub-Hookshot/7f3a91c",
      "X-GitHub-Delivery": delivery.guid,
      "X-GitHub-Event": delivery.event,
      "X-GitHub-Hook-ID": String(this.#hookId),
      "X-GitHub-Hook-Installation-Target-ID": String(this.#options.appId),
      "X-GitHub-Hook-Installation-Target-Type": "integration",
      "X-Hub-Signature": hmac("sha1"),
      "X-Hub-Signature-256": hmac("sha256"),
    };
  }

  #start(delivery: WebhookDelivery): Promise<Attempt> {
    const { now, ids } = this.#options;
    const started = now();
    const redelivery = delivery.attempts.length > 0;
    const attempt: Attempt = {
      id: ids.next("attempt"),
      at: started,
      status: 0,
      outcome: "pending",
      durationMs: 0,
      redelivery,
      answer: null,
    };
    delivery.attempts.push(attempt);
    const sending = this.#send(delivery).then((answer) =>
      Object.assign(attempt, answer, { durationMs: now() - started }),
    );
    this.#inFlight.add(sending);
    void sending.finally(() => this.#inFlight.delete(sending));
    return sending;
  }

  #send(delivery: WebhookDelivery): Promise<Pick<Attempt, "status" | "outcome" | "answer">> {
    const url = this.#url;
    if (url === undefined)
      return Promise.resolve({ status: 0, outcome: "failed to connect to host", answer: null });
    return new Promise((resolve) => {
      const fail = (error: Error): void => {
        resolve({
          status: 0,
          outcome: error.name === "TimeoutError" ? "timed out" : "failed to connect to host",
          answer: null,
        });
      };
      const headers = { ...this.headers(delivery), "Content-Length": Buffer.byteLength(delivery.raw) };
      const sent = request(url, {
        method: "POST",
        headers,
        agent: this.#agent,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          const outcome = status >= 200 && status <= 299 ? "OK" : `Invalid HTTP Response: ${status}`;
          resolve({ status, outcome, answer: Buffer.concat(chunks).toString("utf8") });
        });
      });
      sent.on("error", (error) => fail(error.cause instanceof Error ? error.cause : error));
      sent.end(delivery.raw);
    });
  }
}
