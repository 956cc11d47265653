/** The operator's file of event sinks: YAML → SinkConfig[], every fault at once. Secrets are named, never written in it. */
import { z } from "zod";
import { isLoopback } from "../domain/loopback.ts";
import { Secret } from "../domain/secret.ts";
import { readOperatorFile } from "../slo/operator-file.ts";
import { toldKinds } from "./cdevents.ts";
import type { SinkConfig } from "./sink.ts";

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, "must be lower-case letters, digits, `_`, `.` and `-`"),
  url: z.url({ protocol: /^https?$/, error: "must be a web address such as `https://events.example.com`" }),
  mode: z.enum(["binary", "structured"]).optional(),
  format: z.enum(["cdevents", "keptn"]).optional(),
  events: z.array(z.enum(toldKinds)).min(1).optional(),
  secret: z
    .union([z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().min(1) })])
    .optional(),
  repositories: z
    .array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/, "must be `owner/name`, `*` allowed"))
    .min(1)
    .optional(),
});

const file = z.strictObject({ sinks: z.array(entry).min(1).max(20) });

/** Reads the file. Faults are sentences that begin with the place. */
export function readSinks(
  path: string,
  text: string,
  store: { readonly variables: Readonly<Record<string, string | undefined>>; readFile(path: string): string },
): { readonly sinks: readonly SinkConfig[]; readonly faults: readonly string[] } {
  const read = readOperatorFile(path, text, file);
  if ("faults" in read) return { sinks: [], faults: read.faults };
  const faults: string[] = [];
  const entries = read.value.sinks;
  const ids = entries.map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    faults.push(`${path}: \`${id}\` is there twice`);
  const sinks = entries.map((written): SinkConfig => {
    const fault = (message: string): void => void faults.push(`${path}: \`${written.id}\` ${message}`);
    const url = new URL(written.url);
    if (url.username !== "" || url.password !== "")
      fault("has a credential in its address; sign with `secret`");
    if (url.protocol === "http:" && !isLoopback(url.hostname)) fault("must be behind https");
    const { id, mode = "structured", format = "cdevents", repositories = ["**"] } = written;
    if (format === "keptn" && written.events !== undefined)
      fault("has `events`, which are told apart only by `format: cdevents`");
    const { events = toldKinds } = written;
    return { id, url, mode, format, events, repositories, secret: secretOf(written.secret, store, fault) };
  });
  return { sinks, faults };
}

function secretOf(
  written: z.infer<typeof entry>["secret"],
  store: Parameters<typeof readSinks>[2],
  fault: (message: string) => void,
): Secret | undefined {
  if (written === undefined) return undefined;
  if ("file" in written) {
    const read = (): string => store.readFile(written.file).trim();
    try {
      if (!isKey(read())) fault(`has in ${written.file} ${noKey}`);
    } catch {
      fault(`names a file that cannot be read: ${written.file}`);
    }
    return new Secret(read);
  }
  const value = store.variables[written.env];
  if (value === undefined || value === "") fault(`takes its secret from ${written.env}, which is not set`);
  else if (!isKey(value)) fault(`has in ${written.env} ${noKey}`);
  return new Secret(() => value ?? "");
}

const noKey =
  "no secret of Standard Webhooks: 24 to 64 bytes in base64, such as `openssl rand -base64 32` makes them";

/** Whether it is a key: what is no base64 would be read as a shorter one, or as none, and anybody could sign with that. */
function isKey(text: string): boolean {
  const key = text.replace(/^whsec_/, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return false;
  const { length } = Buffer.from(key, "base64");
  return length >= 24 && length <= 64;
}
