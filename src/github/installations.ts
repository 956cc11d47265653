import { z } from "zod";
import type { Accepted } from "../domain/app-need.ts";
import { failed, ok } from "../gate/failure.ts";
import type { GitHubApp } from "../gate/app-port.ts";
import type { AskAsApp } from "./app-client.ts";

/** What GitHub tells of an installation's permissions, in webhooks and over REST. */
export const acceptedShape = {
  permissions: z.record(z.string(), z.string()).optional(),
  events: z.array(z.string()).optional(),
  html_url: z.string().optional(),
};

const described = z.object({ ...acceptedShape, suspended_at: z.string().nullish() });

/** What was accepted for an installation, or `undefined` where GitHub does not tell. */
export function acceptedOf({
  permissions,
  events,
  html_url: page,
}: z.infer<z.ZodObject<typeof acceptedShape>>): Accepted | undefined {
  return permissions === undefined || events === undefined ? undefined : { permissions, events, page };
}

/** Installations as GitHub describes them now. */
export function installationsOver(ask: AskAsApp): Pick<GitHubApp, "installation"> {
  return {
    async installation(id) {
      const read = await ask(({ rest }) => rest.apps.getInstallation({ installation_id: id }));
      if (!read.ok) return read;
      const parsed = described.safeParse(read.value);
      const accepted = parsed.success ? acceptedOf(parsed.data) : undefined;
      if (!parsed.success || accepted === undefined)
        return failed({ kind: "malformed", detail: "GitHub's answer describes no installation" });
      const isSuspended = typeof parsed.data.suspended_at === "string";
      return ok({ standing: isSuspended ? "suspended" : "active", accepted });
    },
  };
}
