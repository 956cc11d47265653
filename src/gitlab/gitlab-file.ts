/** The operator's file of a GitLab: YAML → GitLab, every fault at once. Secrets are named, never written in it. */
import { z } from "zod";
import { isLoopback } from "../domain/loopback.ts";
import { Secret } from "../domain/secret.ts";
import { readOperatorFile } from "../slo/operator-file.ts";
import type { GitLab } from "./gitlab.ts";

const credential = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
]);

const file = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "must be a web address such as `https://gitlab.example.com`" }),
  token: credential,
  secret: credential,
  projects: z
    .array(
      z.strictObject({
        project: z.int().min(1),
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be `owner/name`"),
        environment: z.string().min(1).max(255).optional(),
        service: z.string().min(1).max(200).optional(),
      }),
    )
    .min(1)
    .max(1000),
});

/** Where secrets are looked up. */
interface SecretStore {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
}

/** Reads the file. Faults are sentences that begin with the place. */
export function readGitLab(
  path: string,
  text: string,
  store: SecretStore,
): { readonly gitlab?: GitLab; readonly faults: readonly string[] } {
  const read = readOperatorFile(path, text, file);
  if ("faults" in read) return { faults: read.faults };
  const { url: address, token, secret, projects } = read.value;
  const faults: string[] = [];
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") faults.push(`${path}: \`url\` takes no credential`);
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    faults.push(`${path}: \`url\` must be behind https`);
  const ids = projects.map(({ project }) => project);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    faults.push(`${path}: project ${id} is there twice`);
  const gitlab: GitLab = {
    url,
    token: secretOf("token", token, path, store, faults),
    secret: secretOf("secret", secret, path, store, faults),
    projects: projects.map(({ project, repository, environment, service }) => ({
      project,
      repository,
      environment,
      service,
    })),
  };
  return faults.length === 0 ? { gitlab, faults } : { faults };
}

function secretOf(
  key: string,
  written: z.infer<typeof credential>,
  path: string,
  store: SecretStore,
  faults: string[],
): Secret {
  const read = (): string =>
    "file" in written ? store.readFile(written.file).trim() : (store.variables[written.env] ?? "");
  let value = "";
  try {
    value = read();
  } catch {
    // Told below, as what is empty.
  }
  if (value.length < 16) faults.push(`${path}: \`${key}\` is not there, or shorter than 16 characters`);
  return new Secret(read);
}
