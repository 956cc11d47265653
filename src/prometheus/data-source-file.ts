/**
 * The operator's file of data sources: YAML → DataSource[], every fault at once. Credentials are named by
 * file or variable, never written in it.
 */
import { z } from "zod";
import { parseDuration } from "../domain/duration.ts";
import { isLoopback } from "../domain/loopback.ts";
import { Secret } from "../domain/secret.ts";
import { readOperatorFile } from "../slo/operator-file.ts";
import { isForbiddenHost } from "./address.ts";
import type { DataSource, DataSourceAuth } from "./data-source.ts";

/** Where credentials are looked up. */
export interface CredentialStore {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
}

const credential = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
]);

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, "must be lower-case letters, digits, `_`, `.` and `-`"),
  url: z.url({
    protocol: /^https?$/,
    error: "must be a web address such as `https://prometheus.example.com`",
  }),
  auth: z
    .union([
      z.strictObject({ bearer: credential }),
      z.strictObject({ basic: z.strictObject({ username: z.string().min(1), password: credential }) }),
    ])
    .optional(),
  ca: z.string().optional(),
  client_cert: z.string().optional(),
  client_key: z.string().optional(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[ -~]*$/)).optional(),
  timeout: z.string().optional(),
  max_concurrent: z.int().min(1).max(100).optional(),
  max_queries_per_minute: z.int().min(1).max(100_000).optional(),
  /** For a network that is trusted, such as inside one cluster: a credential may cross it in the clear. */
  allow_plain_http: z.boolean().optional(),
  /** What SLO files call it: the name of an OpenSLO `DataSource`, a Nobl9 agent. */
  aliases: z.array(z.string().min(1).max(253)).max(20).optional(),
  repositories: z.array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/, "must be `owner/name`, `*` allowed")).min(1),
});

/** Headers that hold credentials, which are never written in the file. */
const credentialHeaders: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie"]);

const file = z.strictObject({ data_sources: z.array(entry).min(1).max(100) });

type Entry = z.infer<typeof entry>;

/** Reads the file. Faults are sentences that begin with the place. */
export function readDataSources(
  path: string,
  text: string,
  store: CredentialStore,
): { readonly sources: readonly DataSource[]; readonly faults: readonly string[] } {
  const read = readOperatorFile(path, text, file);
  if ("faults" in read) return { sources: [], faults: read.faults };
  const faults: string[] = [];
  const entries = read.value.data_sources;
  const ids = entries.map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    faults.push(`${path}: \`${id}\` is there twice`);
  const sources = entries.map((one) =>
    sourceOf(one, store, (message) => faults.push(`${path}: \`${one.id}\` ${message}`)),
  );
  return { sources, faults };
}

function sourceOf(written: Entry, store: CredentialStore, fault: (message: string) => void): DataSource {
  const url = new URL(written.url);
  if (url.username !== "" || url.password !== "")
    fault("has a credential in its address; put it under `auth`");
  if (isForbiddenHost(url.hostname)) fault("points at a link-local address, where cloud metadata lives");
  if (
    written.auth !== undefined &&
    url.protocol === "http:" &&
    !isLoopback(url.hostname) &&
    written.allow_plain_http !== true
  ) {
    fault(
      "would send its credential over plain http; use https, or `allow_plain_http: true` on a network you trust",
    );
  }
  for (const name of Object.keys(written.headers ?? {})) {
    if (credentialHeaders.has(name.toLowerCase()))
      fault(`has a credential in its header \`${name}\`; put it under \`auth\``);
  }
  if ((written.client_cert === undefined) !== (written.client_key === undefined))
    fault("needs `client_cert` and `client_key` together");
  const timeoutMs = parseDuration(written.timeout ?? "10s");
  if (timeoutMs === undefined || timeoutMs < 100 || timeoutMs > 60_000)
    fault("must have a timeout between `100ms` and `60s`");
  const pem = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : fileText(path, store, fault);
  const [ca, cert, key] = [pem(written.ca), pem(written.client_cert), pem(written.client_key)];
  return {
    id: written.id,
    url,
    auth: authOf(written.auth, store, fault),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: new Secret(() => key) }),
    },
    headers: written.headers ?? {},
    timeoutMs: timeoutMs ?? 10_000,
    ...(written.max_concurrent === undefined ? {} : { maxConcurrent: written.max_concurrent }),
    ...(written.max_queries_per_minute === undefined
      ? {}
      : { maxQueriesPerMinute: written.max_queries_per_minute }),
    ...(written.aliases === undefined ? {} : { aliases: written.aliases }),
    repositories: written.repositories,
  };
}

function authOf(
  written: Entry["auth"],
  store: CredentialStore,
  fault: (message: string) => void,
): DataSourceAuth | undefined {
  if (written === undefined) return undefined;
  return "bearer" in written
    ? { kind: "bearer", token: secretOf(written.bearer, store, fault) }
    : {
        kind: "basic",
        username: written.basic.username,
        password: secretOf(written.basic.password, store, fault),
      };
}

/** A file is read again at each use, since orchestrators rotate tokens in place. */
function secretOf(
  written: z.infer<typeof credential>,
  store: CredentialStore,
  fault: (message: string) => void,
): Secret {
  if ("file" in written) {
    fileText(written.file, store, fault);
    return new Secret(() => store.readFile(written.file).trim());
  }
  const value = store.variables[written.env];
  if (value === undefined || value === "") fault(`takes a credential from ${written.env}, which is not set`);
  return new Secret(() => value ?? "");
}

function fileText(path: string, store: CredentialStore, fault: (message: string) => void): string {
  try {
    return store.readFile(path);
  } catch {
    fault(`names a file that cannot be read: ${path}`);
    return "";
  }
}
