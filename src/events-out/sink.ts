/** One receiver of events over HTTP: signed, bounded, and never believed beyond its status. */
import { createHmac } from "node:crypto";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Secret } from "../domain/secret.ts";
import type { EventSink, Sending, ToldVerdict } from "../gate/event-sinks.ts";
import { cdEventsOf, type ToldKind } from "./cdevents.ts";
import { binary, type CloudEvent, type HttpMessage, structured } from "./cloud-event.ts";
import { keptnEventsOf } from "./keptn-events.ts";

/** A receiver as the operator configured it. */
export interface SinkConfig {
  readonly id: string;
  readonly url: URL;
  readonly mode: "binary" | "structured";
  readonly format: "cdevents" | "keptn";
  /** What CDEvents are sent of; Keptn's shape has one event for all. */
  readonly events: readonly ToldKind[];
  /** What events are signed with. */
  readonly secret: Secret | undefined;
  /** Globs of `owner/name`. */
  readonly repositories: readonly string[];
}

/** How long a receiver may take for one event. */
const answerMs: DurationMs = 10_000;

/** A sink over its configuration. `source` names this Burngate in its events. */
export function sinkOf(config: SinkConfig, source: string): EventSink {
  const { id, repositories, format, mode } = config;
  const pack = mode === "binary" ? binary : structured;
  const eventsOf = (told: ToldVerdict): readonly CloudEvent[] =>
    format === "keptn" ? keptnEventsOf(told, source) : cdEventsOf(told, source, config.events);
  return {
    id,
    repositories,
    async send(told: ToldVerdict, now, signal) {
      for (const event of eventsOf(told)) {
        const sent = await post(config, event, pack(event), now, signal);
        if (sent.kind !== "sent") return sent;
      }
      return { kind: "sent" };
    },
  };
}

async function post(
  { url, secret }: SinkConfig,
  { id }: CloudEvent,
  { headers, body }: HttpMessage,
  now: Instant,
  signal: AbortSignal,
): Promise<Sending> {
  try {
    const reply = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { ...headers, ...signatureOf(secret, id, now, body) },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    await reply.body?.cancel();
    return sendingOf(reply.status, reply.headers.get("retry-after"));
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: unknown } };
    return { kind: "failed", why: typeof cause?.code === "string" ? cause.code : "no answer" };
  }
}

/** 2xx took it. What the receiver will never take is refused; the rest is tried again. */
function sendingOf(status: number, retryAfter: string | null): Sending {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const why = `it answered ${status}`;
  if (status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429)
    return { kind: "refused", why };
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return seconds === undefined
    ? { kind: "failed", why }
    : { kind: "failed", why, retryAfterMs: seconds * 1000 };
}

/** Standard Webhooks (https://www.standardwebhooks.com), for which receivers find libraries. */
function signatureOf(
  secret: Secret | undefined,
  id: string,
  now: Instant,
  body: string,
): Record<string, string> {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1000));
  const headerId = encodeURIComponent(id);
  const key = secret.reveal().replace(/^whsec_/, "");
  const signed = createHmac("sha256", Buffer.from(key, "base64")).update(`${headerId}.${timestamp}.${body}`);
  return {
    "webhook-id": headerId,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signed.digest("base64")}`,
  };
}
