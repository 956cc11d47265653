import type { IncomingHttpHeaders } from "node:http";
import type { Authority } from "./github-auth.ts";
import { refuse, type Reply } from "./github-reply.ts";

const VERSIONS = ["2022-11-28", "2026-03-10"];

/** A request as read from the wire; `body` undefined: none. */
export type Question = {
  method: string;
  path: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: unknown;
  malformed?: boolean;
};

/** The reply, and whose request it was if that could be told. */
export type Answer = { reply: Reply; authority: Authority | undefined };

/** Whether identity ended in a refusal. */
export function isRefused(value: Authority | Reply): value is Reply {
  return "status" in value;
}

/** GitHub's refusal of a request whose form alone is wrong, whoever sends it. */
export function formRefusal({ headers, malformed }: Question): Reply | undefined {
  if (headers["user-agent"] === undefined) {
    return refuse(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
    );
  }
  const version = headers["x-github-api-version"];
  if (version !== undefined && !VERSIONS.includes(String(version)))
    return refuse(400, `"${String(version)}" is not a supported version.`);
  return malformed === true ? refuse(400, "Problems parsing JSON") : undefined;
}
