import { createSign } from "node:crypto";
import type { GitHub } from "./github.ts";

/** An answer of the simulated GitHub; `body` is parsed if it is JSON, else text. */
export type Answered = { status: number; headers: Headers; body: unknown };

/** A JSON web token of the app, signed with its key and good for nine minutes; `claims` replace the proper ones. */
export function appJwt(github: GitHub, claims: { [name: string]: unknown } = {}): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const proper = { iat: now - 30, exp: now + 540, iss: github.appId };
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...proper, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(github.privateKey, "base64url")}`;
}

/**
 * Asks the simulated GitHub with a token, without following redirections.
 *
 * @param request method and path, e.g. `GET /repos/acme/shop`
 */
export async function ask(
  github: GitHub,
  token: string,
  request: string,
  body?: unknown,
  headers: { [name: string]: string } = {},
): Promise<Answered> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(github.url + path, {
    method,
    redirect: "manual",
    headers: { authorization: `bearer ${token}`, "user-agent": "github-client", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: response.status,
    headers: response.headers,
    body: json ? (JSON.parse(text) as unknown) : text,
  };
}

/** What is at a path of fields in parsed JSON; undefined where the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (inside as { [key: string]: unknown } | undefined)?.[key],
    value,
  );
}

/** One field of every object of a list in parsed JSON. */
export function pluck(value: unknown, field: string): unknown[] {
  return Array.isArray(value) ? value.map((each) => at(each, field)) : [];
}
