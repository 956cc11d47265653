/** Delivery systems as they ask a gate: what each does with an answer. Redirects are followed, as all of them do. */

/** What came back, after every redirect. */
export interface Fetched {
  readonly status: number;
  readonly body: string;
}

/** Asks as a Go or Java client does: ten seconds, redirects followed. */
export async function fetchAsCaller(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = "GET",
): Promise<Fetched> {
  const reply = await fetch(url, {
    method,
    headers,
    redirect: "follow",
    signal: AbortSignal.timeout(10_000),
  });
  return { status: reply.status, body: await reply.text() };
}

/** A Spinnaker webhook stage that waits for completion. */
export interface SpinnakerStage {
  readonly method: string;
  readonly url: string;
  readonly customHeaders: Readonly<Record<string, readonly string[]>>;
  readonly waitForCompletion: boolean;
  readonly statusUrlResolution: string;
  readonly statusJsonPath: string;
  readonly successStatuses: string;
  readonly terminalStatuses: string;
}

/** What the stage is after one answer. 5xx are asked again, other codes end it. */
export function spinnakerStatus(
  stage: SpinnakerStage,
  { status, body }: Fetched,
): "SUCCEEDED" | "TERMINAL" | "RUNNING" {
  if (status >= 500) return "RUNNING";
  if (status < 200 || status >= 300) return "TERMINAL";
  const value = valueAt(body, stage.statusJsonPath);
  const isOf = (list: string): boolean => list.split(",").some((one) => one.trim() === value);
  if (isOf(stage.successStatuses)) return "SUCCEEDED";
  return isOf(stage.terminalStatuses) ? "TERMINAL" : "RUNNING";
}

function valueAt(body: string, path: string): unknown {
  let value: unknown = JSON.parse(body);
  for (const [, name = ""] of path.matchAll(/\.(\w+)/g))
    value =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return value;
}

/** Whether Jenkins' httpRequest passes: codes and ranges of codes. */
export function jenkinsPasses(validResponseCodes: string, { status }: Fetched): boolean {
  return validResponseCodes.split(",").some((one) => {
    const [from = 0, to = from] = one.split(":").map(Number);
    return status >= from && status <= to;
  });
}
