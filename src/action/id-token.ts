/** OIDC tokens of the running workflow: the gate takes each once, so each question shows a new one. */

/** Where the runner gives such tokens. */
export interface IdTokenSource {
  readonly url: URL;
  /** What the runner wants to see for them. */
  readonly token: string;
}

/** The source that this job has, or how to get one. */
export function idTokenSource(
  variables: Readonly<Record<string, string | undefined>>,
): IdTokenSource | { readonly fault: string } {
  const url = URL.parse(variables["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "");
  const token = variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (url === null || token === undefined || token === "")
    return { fault: "the job may not ask for an id token; add `permissions: {id-token: write}`" };
  return { url, token };
}

/** Fetches a token for whoever is called `audience`. */
export async function idToken({ url, token }: IdTokenSource, audience: string): Promise<string> {
  const address = new URL(url);
  address.searchParams.set("audience", audience);
  const reply = await fetch(address, {
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  const value = reply.status === 200 ? valueIn(text) : undefined;
  if (value === undefined) throw new Error(`GitHub gave no id token (${reply.status})`);
  return value;
}

/** The token in a reply. What cannot be parsed is not told: it may hold one. */
function valueIn(text: string): string | undefined {
  try {
    const { value } = JSON.parse(text) as { readonly value?: unknown };
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}
