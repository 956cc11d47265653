/** An OIDC token of the running workflow, for one question: the gate takes each once. */

/** The most that the answer may hold. */
const maxLength = 64 * 1024;

/** Fetches a token; what is missing is an error that says how to mend it. */
export async function idToken(
  variables: Readonly<Record<string, string | undefined>>,
  audience: string,
): Promise<string> {
  const url = URL.parse(variables["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "");
  const token = variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (url === null || token === undefined || token === "")
    throw new Error("the job may not ask for an id token; add `permissions: {id-token: write}`");
  url.searchParams.set("audience", audience);
  const reply = await fetch(url, {
    redirect: "error",
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  if (reply.status !== 200 || text.length > maxLength)
    throw new Error(`GitHub gave no id token (${reply.status})`);
  const { value } = JSON.parse(text) as { readonly value?: unknown };
  if (typeof value !== "string" || value === "") throw new Error("GitHub gave no id token");
  return value;
}
