import { nodeId, timestamp } from "./github-ids.ts";
import { ZERO_SHA, type Activity } from "./github-push.ts";
import { noCommit, notFound, type Reply } from "./github-reply.ts";
import type { Repository } from "./github-repository.ts";
import { link, paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { changedFilesBody, commitBody } from "./github-shapes-commit.ts";
import { fullRepositoryBody } from "./github-shapes-repository.ts";
import type { World } from "./github-world.ts";

const METADATA = { for: "repository", needs: ["metadata"], level: "read", publicly: true } as const;
const CONTENTS = { for: "repository", needs: ["contents"], level: "read", publicly: true } as const;

const PERIODS: { [name: string]: number } = { day: 1, week: 7, month: 31, quarter: 92, year: 366 };
const DAY = 86_400_000;

/** A repository, its commits, branches, rules and activity. */
export const REPOSITORY_ROUTES: Routes = {
  "repos/get": { ...METADATA, handle: get },
  "repos/get-commit": { ...CONTENTS, handle: commit },
  "repos/list-branches": { ...CONTENTS, handle: branches },
  "repos/get-branch": { ...CONTENTS, handle: branch },
  "repos/get-branch-rules": { ...METADATA, handle: rules },
  "repos/list-activities": { ...CONTENTS, handle: activities },
};

function get({ world, repository }: RepositoryCall): Reply {
  return { status: 200, body: fullRepositoryBody(world, repository) };
}

function commit(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const name = call.params["ref"] ?? "";
  const found = repository.resolve(name);
  if (found === undefined) return noCommit(name);
  if (/\bvnd\.github\.(v3\.)?sha\b/.test(call.accept)) {
    return {
      status: 200,
      contentType: "application/vnd.github.sha; charset=utf-8",
      body: Buffer.from(found.sha),
    };
  }
  const files = changedFilesBody(world, repository, found);
  const sum = (field: string): number => files.reduce((total, file) => total + Number(file[field]), 0);
  const stats = { total: sum("changes"), additions: sum("additions"), deletions: sum("deletions") };
  return { status: 200, body: { ...commitBody(world, repository, found), stats, files } };
}

function protectionBody(repository: Repository, name: string): Body {
  const protection = repository.protection.get(name);
  const checks = protection?.checks ?? [];
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: protection === undefined ? "off" : "non_admins",
      contexts: checks.map((check) => check.context),
      checks,
      strict: protection?.strict ?? false,
    },
  };
}

function isProtected(repository: Repository, name: string): boolean {
  return repository.protection.has(name) || (repository.rules.get(name) ?? []).length > 0;
}

function protectionUrl(world: World, repository: Repository, name: string): string {
  return `${world.apiUrl}/repos/${repository.fullName}/branches/${encodeURIComponent(name)}/protection`;
}

function branches(call: RepositoryCall): Reply {
  const { query, repository, world } = call;
  const wanted = query.get("protected");
  const found = [...repository.branches]
    .filter(([name]) => wanted === null || String(isProtected(repository, name)) === wanted)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { items, headers } = paged(call, found);
  const body = items.map(([name, sha]) => ({
    name,
    commit: { sha, url: `${world.apiUrl}/repos/${repository.fullName}/commits/${sha}` },
    protected: isProtected(repository, name),
    protection: protectionBody(repository, name),
    protection_url: protectionUrl(world, repository, name),
  }));
  return { status: 200, headers, body };
}

function branch(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const name = call.params["branch"] ?? "";
  const tip = repository.git.commit(repository.branches.get(name) ?? "");
  if (tip === undefined) return notFound("Branch not found");
  const self = `${world.apiUrl}/repos/${repository.fullName}/branches/${encodeURIComponent(name)}`;
  const body = {
    name,
    commit: commitBody(world, repository, tip),
    _links: { self, html: `${world.webUrl}/${repository.fullName}/tree/${name}` },
    protected: isProtected(repository, name),
    protection: protectionBody(repository, name),
    protection_url: protectionUrl(world, repository, name),
  };
  return { status: 200, body };
}

function rules(call: RepositoryCall): Reply {
  const { items, headers } = paged(call, call.repository.rules.get(call.params["branch"] ?? "") ?? []);
  return { status: 200, headers, body: items };
}

function activityBody(world: World, activity: Activity): Body {
  return {
    id: activity.id,
    node_id: nodeId("PSH", activity.id),
    before: activity.before ?? ZERO_SHA,
    after: activity.after ?? ZERO_SHA,
    ref: `refs/heads/${activity.branch}`,
    timestamp: timestamp(activity.at),
    activity_type: activity.kind,
    actor: userBody(world, activity.actor),
  };
}

/** Activities are paged by cursors, which are opaque to clients: here the id of the last one seen. */
function activities(call: RepositoryCall): Reply {
  const { query, repository, world } = call;
  const [name, actor, kind] = [
    query.get("ref")?.replace(/^refs\/heads\//, ""),
    query.get("actor"),
    query.get("activity_type"),
  ];
  const since = world.now() - (PERIODS[query.get("time_period") ?? ""] ?? Infinity) * DAY;
  const found = repository.activities.filter(
    (each) =>
      (name === undefined || each.branch === name) &&
      (actor === null || each.actor.login.toLowerCase() === actor.toLowerCase()) &&
      (kind === null || each.kind === kind) &&
      each.at >= since,
  );
  if (query.get("direction") !== "asc") found.reverse();
  const per = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const after = found.findIndex((each) => String(each.id) === query.get("after"));
  const page = found.slice(after + 1, after + 1 + per);
  const more = after + 1 + per < found.length;
  const headers = more ? { Link: link(call, "next", { after: String(page.at(-1)?.id) }) } : {};
  return { status: 200, headers, body: page.map((each) => activityBody(world, each)) };
}
