import { z } from "zod";
import type { DeliveryAttempt } from "../domain/delivery-gap.ts";
import { failed, ok } from "../gate/failure.ts";
import type { GitHubApp } from "../gate/app-port.ts";
import type { AskAsApp } from "./app-client.ts";
import { isHandled } from "./delivery.ts";

const perPage = 100;

/** A line of the log (`hook-delivery-item`). GitHub writes 0 as the status code where nobody answered. */
const line = z.object({
  id: z.int(),
  guid: z.string().min(1).max(100),
  delivered_at: z.string(),
  event: z.string(),
  action: z.string().nullish(),
  installation_id: z.int().nullish(),
  repository_id: z.int().nullish(),
  status_code: z.int(),
});

/** GitHub's log of the App's webhooks (`/app/hook/deliveries`). */
export function hookDeliveriesOver(ask: AskAsApp): Pick<GitHubApp, "attempts" | "redeliver"> {
  return {
    async attempts(cursor) {
      const read = await ask(async ({ rest }) => {
        const { data, headers } = await rest.apps.listWebhookDeliveries({
          per_page: perPage,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { data: { lines: data, next: nextOf(headers.link) } };
      });
      if (!read.ok) return read;
      const lines = z.array(line).safeParse(read.value.lines);
      if (!lines.success)
        return failed({ kind: "malformed", detail: "GitHub's answer is no log of deliveries" });
      return ok({ attempts: lines.data.map(attemptOf), next: read.value.next });
    },

    async redeliver(attemptId) {
      const asked = await ask(({ rest }) => rest.apps.redeliverWebhookDelivery({ delivery_id: attemptId }));
      return asked.ok ? ok(undefined) : asked;
    },
  };
}

function attemptOf(from: z.infer<typeof line>): DeliveryAttempt {
  const action = from.action ?? undefined;
  return {
    id: from.id,
    guid: from.guid,
    at: Date.parse(from.delivered_at),
    event: from.event,
    action,
    installationId: from.installation_id ?? undefined,
    repositoryId: from.repository_id ?? undefined,
    isDelivered: from.status_code >= 200 && from.status_code <= 299,
    isWanted: isHandled(from.event, action),
  };
}

/** The cursor of the next page, out of a `Link` header. */
function nextOf(link: string | undefined): string | undefined {
  const address = /<([^>]*)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return address === undefined ? undefined : (new URL(address).searchParams.get("cursor") ?? undefined);
}
