import { timestamp } from "./github-ids.ts";
import type { Installation } from "./github-installation.ts";
import type { Attempt, WebhookDelivery } from "./github-outbox.ts";
import { invalid, notFound, refuse, type Reply } from "./github-reply.ts";
import { link, paged, type Call, type InstallationCall, type OpenCall, type Routes } from "./github-route.ts";
import { appBody, installationBody, type Body } from "./github-shapes-account.ts";
import { repositoryBody } from "./github-shapes-repository.ts";
import type { Permissions } from "./github-world.ts";

/** GitHub forgets deliveries after three days: they can neither be seen nor sent again. */
const MEMORY_MS = 3 * 86_400_000;

const LEVELS = ["read", "write", "admin"];

/** The app itself: its making, its installations, their tokens, its webhook deliveries. */
export const APP_ROUTES: Routes = {
  "apps/create-from-manifest": { for: "anybody", handle: fromManifest },
  "apps/get-authenticated": { for: "app", handle: authenticated },
  "apps/list-installations": { for: "app", handle: installations },
  "apps/get-installation": { for: "app", handle: (call) => withInstallation(call, installation) },
  "apps/get-repo-installation": { for: "app", handle: repositoryInstallation },
  "apps/create-installation-access-token": { for: "app", handle: (call) => withInstallation(call, token) },
  "apps/list-webhook-deliveries": { for: "app", handle: deliveries },
  "apps/get-webhook-delivery": { for: "app", handle: (call) => withAttempt(call, delivery) },
  "apps/redeliver-webhook-delivery": { for: "app", handle: (call) => withAttempt(call, redeliver) },
  "apps/list-repos-accessible-to-installation": { for: "installation", handle: repositories },
};

/** The code is all the proof that is asked for, and the answer tells all secrets, once. */
function fromManifest({ params, world }: OpenCall): Reply {
  const made = world.manifests.exchange(params["code"] ?? "");
  if (made === undefined) return notFound();
  const secrets = {
    client_secret: made.clientSecret,
    webhook_secret: made.webhookSecret,
    pem: made.privateKey,
  };
  return { status: 201, body: { ...appBody(world, made.app), ...secrets } };
}

function authenticated({ world }: Call): Reply {
  return {
    status: 200,
    body: { ...appBody(world, world.app), installations_count: world.installations.size },
  };
}

function installations(call: Call): Reply {
  const { items, headers } = paged(call, [...call.world.installations.values()]);
  return { status: 200, headers, body: items.map((each) => installationBody(call.world, each)) };
}

function withInstallation(call: Call, handle: (call: Call, installation: Installation) => Reply): Reply {
  const found = call.world.installations.get(Number(call.params["installation_id"]));
  return found === undefined ? notFound() : handle(call, found);
}

function installation(call: Call, found: Installation): Reply {
  return { status: 200, body: installationBody(call.world, found) };
}

function repositoryInstallation(call: Call): Reply {
  const { params, world } = call;
  const found = world.repositories.byName(params["owner"] ?? "", params["repo"] ?? "")?.installation;
  return found === undefined ? notFound() : installation(call, found);
}

function token(call: Call, from: Installation): Reply {
  const { body, tokens, world } = call;
  if (from.suspended !== undefined) return refuse(403, "This installation has been suspended");
  const asked = (body["permissions"] ?? from.permissions) as Permissions;
  const granted = Object.entries(asked).every(
    ([name, level]) => LEVELS.indexOf(from.permissions[name] ?? "") >= LEVELS.indexOf(level),
  );
  if (!granted) return refuse(422, "The permissions requested are not granted to this installation.");
  const names = (body["repositories"] ?? []) as string[];
  const ids = (body["repository_ids"] ?? []) as number[];
  const chosen = from.repositories().filter((each) => names.includes(each.name) || ids.includes(each.id));
  if (chosen.length < names.length + ids.length) {
    return refuse(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  const narrowed = chosen.length > 0;
  const permissions: Permissions = { metadata: "read", ...asked };
  const minted = tokens.mint({
    installation: from,
    permissions,
    repositories: narrowed ? new Set(chosen.map(({ id }) => id)) : undefined,
  });
  const listed = narrowed ? { repositories: chosen.map((each) => repositoryBody(world, each)) } : {};
  const selection = narrowed ? "selected" : from.selection;
  const answer = {
    token: minted.token,
    expires_at: timestamp(minted.expiresAt),
    permissions,
    repository_selection: selection,
    ...listed,
  };
  return { status: 201, body: answer };
}

function repositories(call: InstallationCall): Reply {
  const { authority, world } = call;
  const seen = authority.installation
    .repositories()
    .filter(({ id }) => authority.repositories?.has(id) ?? true);
  const { items, headers } = paged(call, seen);
  const body = {
    total_count: seen.length,
    repository_selection: authority.installation.selection,
    repositories: items.map((each) => repositoryBody(world, each)),
  };
  return { status: 200, headers, body };
}

type Sent = { delivery: WebhookDelivery; attempt: Attempt };

/** Every attempt that GitHub remembers and that is over, newest first. */
function remembered(call: Call): Sent[] {
  const { outbox, now } = call.world;
  const sent = outbox.deliveries.flatMap((each) =>
    each.attempts.map((attempt) => ({ delivery: each, attempt })),
  );
  return sent
    .filter(({ attempt }) => attempt.outcome !== "pending" && attempt.at > now() - MEMORY_MS)
    .toSorted((a, b) => b.attempt.id - a.attempt.id);
}

function withAttempt(call: Call, handle: (call: Call, sent: Sent) => Reply): Reply {
  const found = remembered(call).find(({ attempt }) => attempt.id === Number(call.params["delivery_id"]));
  return found === undefined ? notFound() : handle(call, found);
}

function itemBody({ delivery: { guid, event, action, installationId, repositoryId }, attempt }: Sent): Body {
  return {
    id: attempt.id,
    guid,
    delivered_at: timestamp(attempt.at),
    redelivery: attempt.redelivery,
    duration: Math.round(attempt.durationMs / 10) / 100,
    status: attempt.outcome,
    status_code: attempt.status,
    event,
    action,
    installation_id: installationId,
    repository_id: repositoryId,
    throttled_at: null,
  };
}

/** Paged by a cursor, which is opaque to clients: here the id of the last attempt seen. */
function deliveries(call: Call): Reply {
  const { query } = call;
  const cursor = /^v1_(\d+)$/.exec(query.get("cursor") ?? "v1_0")?.[1];
  if (cursor === undefined) return invalid([{ resource: "Hook", code: "invalid", field: "cursor" }]);
  const wanted = query.get("status");
  const found = remembered(call).filter(({ attempt: { id, status } }) => {
    const good = status >= 200 && status <= 299;
    return (cursor === "0" || id < Number(cursor)) && (wanted === null || (wanted === "success") === good);
  });
  const per = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const page = found.slice(0, per);
  const headers =
    found.length > per ? { Link: link(call, "next", { cursor: `v1_${page.at(-1)?.attempt.id}` }) } : {};
  return { status: 200, headers, body: page.map(itemBody) };
}

function delivery(call: Call, sent: Sent): Reply {
  const request = { headers: call.world.outbox.headers(sent.delivery), payload: sent.delivery.payload };
  const response = { headers: {}, payload: sent.attempt.answer };
  return { status: 200, body: { ...itemBody(sent), url: "", request, response } };
}

function redeliver(call: Call, sent: Sent): Reply {
  void call.world.outbox.deliver(sent.delivery.guid);
  return { status: 202, body: {} };
}
