import type { TagObject } from "./github-git-tag.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import type { World } from "./github-world.ts";

function gitUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${repository.fullName}/git`;
}

function objectBody(world: World, repository: Repository, type: "commit" | "tag", sha: string): Body {
  return { type, sha, url: `${gitUrl(world, repository)}/${type}s/${sha}` };
}

/** A ref and the object that it names. `name` is without `refs/`. */
export function refBody(world: World, repository: Repository, name: string, sha: string): Body {
  const type = repository.git.tag(sha) === undefined ? "commit" : "tag";
  return {
    ref: `refs/${name}`,
    node_id: nodeId("REF", `${repository.id}:${name}`),
    url: `${gitUrl(world, repository)}/refs/${encodeURI(name)}`,
    object: objectBody(world, repository, type, sha),
  };
}

/** A tag object; its `object` may be another tag, since GitHub follows one step only. */
export function tagBody(world: World, repository: Repository, tag: TagObject): Body {
  const { sha, name, target, tagger, at, message } = tag;
  return {
    node_id: nodeId("TA", sha),
    tag: name,
    sha,
    url: `${gitUrl(world, repository)}/tags/${sha}`,
    message,
    tagger: { ...tagger, date: timestamp(at) },
    object: objectBody(world, repository, target.type, target.sha),
    verification: verificationBody(tag),
  };
}

/** What GitHub found of a signature, in its words. */
function verificationBody({ signature, payload, armour, at }: TagObject): Body {
  switch (signature) {
    case "verified":
      return { verified: true, reason: "valid", signature: armour, payload, verified_at: timestamp(at) };
    case "bad":
      return { verified: false, reason: "invalid", signature: armour, payload, verified_at: null };
    case "unsigned":
      return { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
  }
}
