/**
 * Alertmanager's way in: its webhook, version 4.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 *
 * Keeps: nothing is read from who does not know the token. [T15] Bodies and alerts are bounded, and what is heard is only a
 * hint of where to look. [T18] Alertmanager tries again after 5xx, and drops what is answered with 4xx.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Alert } from "../domain/alert.ts";
import type { Secret } from "../domain/secret.ts";
import type { Events } from "../gate/events.ts";
import { bodyReader, refuseBody } from "./body.ts";
import { sendText } from "./reply.ts";

/** Where Alertmanager sends its alerts. */
export const alertmanagerPath = "/v1/alertmanager";

const maxBytes = 1024 * 1024;
const maxHeldBytes = 8 * maxBytes;

/** Alerts of one body: more than a group should have, and no more than are worth reading. */
const maxAlerts = 2000;

/** Who hears of alerts, and the token that opens the door. */
export interface AlertDoor {
  readonly token: Secret;
  /** Gives at how many policies there will be a look. */
  readonly hear: (alerts: readonly Alert[]) => Promise<number>;
}

const notification = z.object({
  version: z.literal("4"),
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string(), z.string()),
      }),
    )
    .max(maxAlerts),
});

/** A handler of `POST` requests at Alertmanager's path. */
export function alertmanagerRoute(
  { token, hear }: AlertDoor,
  events: Events,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const readBody = bodyReader(maxBytes, maxHeldBytes);
  return async (request, response) => {
    const refuse = (why: AlertRefusal, isRead: boolean): void | Promise<void> => {
      events.alertsRefused(why);
      const { status, text } = refusals[why];
      if (why === "token") response.setHeader("www-authenticate", "Bearer");
      return isRead
        ? sendText(response, status, text)
        : refuseBody(request, response, status, text, maxBytes);
    };
    if (!isBearer(request.headers.authorization, token)) return refuse("token", false);
    const body = await readBody(request);
    if (typeof body === "string") return refuse(body, false);
    const alerts = alertsIn(body.text);
    if (alerts === undefined) return refuse("malformed", true);
    try {
      const looks = await hear(alerts);
      events.alertsHeard(alerts.length, looks);
      sendText(response, 202, `Looks at ${looks} ${looks === 1 ? "policy" : "policies"}.\n`);
    } catch (error) {
      events.buried("alerts", error);
      return refuse("unavailable", true);
    }
  };
}

/** Why alerts were not heard. */
export type AlertRefusal = "token" | "too_large" | "malformed" | "unavailable";

const refusals: Readonly<Record<AlertRefusal, { readonly status: number; readonly text: string }>> = {
  token: { status: 401, text: "The bearer token is not the one in ALERTMANAGER_TOKEN.\n" },
  too_large: { status: 413, text: "The body is larger than 1 MB; set max_alerts.\n" },
  malformed: {
    status: 400,
    text: `The body is not a webhook of Alertmanager's, version 4, of at most ${maxAlerts} alerts.\n`,
  },
  unavailable: { status: 503, text: "The alerts could not be taken in; send them again.\n" },
};

function alertsIn(text: string): readonly Alert[] | undefined {
  try {
    return notification.safeParse(JSON.parse(text)).data?.alerts;
  } catch {
    return undefined;
  }
}

/** Hashes have one length, which the comparison needs, and tell nothing of where two texts differ. */
function isBearer(header: string | undefined, token: Secret): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(header ?? "") ?? [];
  if (given === undefined) return false;
  const [left, right] = [given, token.reveal()].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
