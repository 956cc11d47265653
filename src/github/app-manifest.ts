/** Turns the code that GitHub hands out for a manifest into the App's credentials. */
import { z } from "zod";
import { type AppCredentials, holdsPrivateKey, webhookSecretFault } from "../domain/app-credentials.ts";
import { Secret } from "../domain/secret.ts";
import { failed, type Failure, ok, type Result } from "../gate/failure.ts";
import { boundedFetch } from "./bounded-fetch.ts";

/** An answer is some 10 KB; more than this is not read. */
const maxAnswerBytes = 256 * 1024;

const shape = z.object({
  id: z.int().positive(),
  html_url: z.url({ protocol: /^https?$/ }),
  pem: z.string().refine(holdsPrivateKey),
  webhook_secret: z.string().refine((text) => webhookSecretFault(text) === undefined),
});

/**
 * Asks for the credentials of the App that a code stands for. GitHub answers once and within an hour
 * (https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest); no token is needed.
 */
export async function convertCode(
  apiUrl: string,
  code: string,
  send: typeof fetch = boundedFetch,
): Promise<Result<AppCredentials>> {
  let text: string | undefined;
  let status: number;
  try {
    const response = await send(`${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`, {
      method: "POST",
      headers: { accept: "application/vnd.github+json", "user-agent": "burngate" },
      redirect: "error",
    });
    status = response.status;
    text = await readBounded(response);
  } catch (error) {
    return failed(failureOf(error));
  }
  if (text === undefined)
    return failed({ kind: "too_large", detail: "GitHub's answer is longer than we read" });
  if (status !== 201) return failed(refusalOf(status));
  const { success, data } = shape.safeParse(parsed(text));
  if (!success)
    return failed({ kind: "malformed", detail: "GitHub's answer has no usable key and webhook secret" });
  const { id, html_url: appUrl, pem, webhook_secret: secret } = data;
  return ok({
    appId: id,
    appUrl,
    privateKey: new Secret(() => pem),
    webhookSecret: new Secret(() => secret),
  });
}

async function readBounded({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(status: number): Failure {
  if (status === 404) return { kind: "gone", detail: "GitHub does not know the code" };
  if (status === 422) return { kind: "rejected", detail: "GitHub does not take the code" };
  if (status === 403 || status === 429)
    return { kind: "rate_limited", detail: "GitHub wants to be asked less often" };
  return { kind: "unreachable", detail: `GitHub answered ${status}` };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Error && error.name === "TimeoutError")
    return { kind: "timed_out", detail: "GitHub did not answer in time" };
  return { kind: "unreachable", detail: "GitHub could not be reached" };
}
