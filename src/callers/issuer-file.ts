/** The operator's file of callers: YAML → CallerRules, every fault at once. It holds no secrets. */
import { z } from "zod";
import { isLoopback } from "../domain/loopback.ts";
import { readOperatorFile } from "../slo/operator-file.ts";
import { type CallerRules, defaultCallerRules, type Issuer } from "./issuer.ts";

const webAddress = z.url({
  protocol: /^https?$/,
  error: "must be a web address such as `https://example.com`",
});
const repositories = z
  .array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/, "must be `owner/name`, `*` allowed"))
  .min(1)
  .max(100);
const environments = z.array(z.string().min(1).max(255)).min(1).max(100);
const trusted = { issuer: webAddress, audience: z.string().min(1).max(500) };

const github = z.strictObject({ kind: z.literal("github"), ...trusted, jwks: webAddress.optional() });
const kubernetes = z.strictObject({
  kind: z.literal("kubernetes"),
  ...trusted,
  jwks: webAddress.optional(),
  jwks_file: z.string().min(1).optional(),
  ca: z.string().min(1).optional(),
  service_accounts: z
    .array(
      z.strictObject({
        namespace: z.string().min(1).max(63),
        name: z.string().min(1).max(253),
        repositories,
        environments: environments.optional(),
      }),
    )
    .min(1)
    .max(100),
});

const file = z.strictObject({
  oidc: z
    .array(z.union([github, kubernetes]))
    .max(20)
    .optional(),
  questions_per_minute: z.int().min(1).max(100_000).optional(),
});

type Entry = z.infer<typeof github> | z.infer<typeof kubernetes>;

/** Reads the file. Faults are sentences that begin with the place. */
export function readCallerRules(
  path: string,
  text: string,
  readFile: (path: string) => string,
): { readonly rules: CallerRules; readonly faults: readonly string[] } {
  const read = readOperatorFile(path, text, file);
  if ("faults" in read) return { rules: defaultCallerRules, faults: read.faults };
  const faults: string[] = [];
  const { oidc = [], questions_per_minute: perMinute = defaultCallerRules.perMinute } = read.value;
  const issuers = oidc.map((entry) =>
    issuerOf(entry, readFile, (message) => faults.push(`${path}: \`${entry.issuer}\` ${message}`)),
  );
  // A repository is known by its number, and two GitHubs count their repositories alike.
  if (oidc.filter(({ kind }) => kind === "github").length > 1)
    faults.push(`${path}: name one issuer of kind github, that of the GitHub which this App is on`);
  const names = oidc.map(({ issuer }) => issuer);
  for (const twice of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    faults.push(`${path}: \`${twice}\` is there twice`);
  return { rules: { issuers, perMinute }, faults };
}

function issuerOf(
  entry: Entry,
  readFile: (path: string) => string,
  fault: (message: string) => void,
): Issuer {
  const { issuer, audience } = entry;
  const text = (path: string): string => {
    try {
      return readFile(path);
    } catch {
      fault(`names a file that cannot be read: ${path}`);
      return "";
    }
  };
  // Keys that somebody on the way can exchange would let anybody in.
  const keysAt = (address: string, ca?: string): Issuer["keys"] => {
    const url = new URL(address);
    if (url.protocol === "http:" && !isLoopback(url.hostname)) fault("must have its keys behind https");
    return { kind: "url", url, ca: ca === undefined ? undefined : text(ca) };
  };
  const base = issuer.replace(/\/+$/, "");
  if (entry.kind === "github")
    return { kind: "github", issuer, audience, keys: keysAt(entry.jwks ?? `${base}/.well-known/jwks`) };
  const { jwks, jwks_file: keyFile, ca, service_accounts: accounts } = entry;
  if (jwks !== undefined && keyFile !== undefined) fault("needs `jwks` or `jwks_file`, not both");
  if (keyFile !== undefined) text(keyFile);
  return {
    kind: "kubernetes",
    issuer,
    audience,
    keys:
      keyFile === undefined
        ? keysAt(jwks ?? `${base}/openid/v1/jwks`, ca)
        : { kind: "file", read: () => readFile(keyFile) },
    accounts: accounts.map((one) => ({ ...one, environments: one.environments })),
  };
}
