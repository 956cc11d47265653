import { afterEach, describe, expect, it } from "vitest";
import type { Alert } from "../../src/domain/alert.ts";
import { Secret } from "../../src/domain/secret.ts";
import { alertmanagerPath } from "../../src/http/alertmanager.ts";
import { type Answer, begin, send, startSurface, type Surface } from "./http-surface.ts";

const token = "0123456789abcdef0123456789abcdef";
const megabyte = 1024 * 1024;

let surface: Surface;
let heard: (readonly Alert[])[];
afterEach(async () => surface.stop());

/** Starts a server that knows Alertmanager; hearing gives the number of alerts, unless the test says otherwise. */
async function open(
  hear = (alerts: readonly Alert[]): Promise<number> => Promise.resolve(alerts.length),
): Promise<void> {
  heard = [];
  const listen = (alerts: readonly Alert[]): Promise<number> => {
    heard.push(alerts);
    return hear(alerts);
  };
  surface = await startSurface(undefined, { alerts: { token: new Secret(() => token), hear: listen } });
}

/** A body as Alertmanager 0.28 sends it. */
function notification(alerts: readonly unknown[] = [alert()], more: object = {}): string {
  return JSON.stringify({
    receiver: "burngate",
    status: "firing",
    alerts,
    groupLabels: { alertname: "ErrorBudgetBurn" },
    commonLabels: { alertname: "ErrorBudgetBurn", slo: "checkout" },
    commonAnnotations: {},
    externalURL: "http://alertmanager:9093",
    version: "4",
    groupKey: '{}:{alertname="ErrorBudgetBurn"}',
    truncatedAlerts: 0,
    ...more,
  });
}

function alert(more: object = {}): object {
  return {
    status: "firing",
    labels: { alertname: "ErrorBudgetBurn", slo: "checkout" },
    annotations: { description: "…" },
    startsAt: "2026-11-22T12:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus:9090/graph",
    fingerprint: "aabbccddeeff0011",
    ...more,
  };
}

function tell(body = notification(), headers: Record<string, string> = {}): Promise<Answer> {
  return send(
    surface,
    { method: "POST", path: alertmanagerPath, headers: { authorization: `Bearer ${token}`, ...headers } },
    body,
  );
}

describe("Alertmanager's webhook", () => {
  it("is heard, firing and resolved alike, and told at how many policies there will be a look", async () => {
    await open();
    expect(await tell(notification([alert(), alert({ status: "resolved" })]))).toMatchObject({
      status: 202,
      text: "Looks at 2 policies.\n",
    });
    const labels = { alertname: "ErrorBudgetBurn", slo: "checkout" };
    expect(heard).toMatchObject([[{ labels }, { labels }]]);
    expect(surface.told).toEqual(["alertsHeard 2"]);
    expect(await tell()).toMatchObject({ status: 202, text: "Looks at 1 policy.\n" });
  });

  it("is not there where no token is set", async () => {
    surface = await startSurface();
    const { status, text } = await tell();
    expect(status).toBe(404);
    expect(text).toContain("Nothing here");
    expect(await send(surface, { path: alertmanagerPath })).toMatchObject({ status: 404 });
  });

  it("takes nothing but POST", async () => {
    await open();
    expect(await send(surface, { path: alertmanagerPath })).toMatchObject({ status: 405 });
  });

  it.each([
    ["none", ""],
    ["another", `Bearer ${token.replace("0", "1")}`],
    ["one that is longer", `Bearer ${token}0`],
    ["one that is shorter", `Bearer ${token.slice(1)}`],
    ["an empty one", "Bearer "],
    ["one of another scheme", `Basic ${token}`],
    ["the bare one", token],
    ["two", `Bearer ${token} ${token}`],
  ])("[T15] with %s for a token is refused with 401 before its body is read", async (_, authorization) => {
    await open();
    const { request, answer } = begin(surface, {
      method: "POST",
      path: alertmanagerPath,
      headers: { authorization, "content-length": 100 },
    });
    request.flushHeaders();
    expect(await answer).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    request.destroy();
    expect(heard).toEqual([]);
    expect(surface.told).toEqual(["alertsRefused token"]);
  });

  it("[T18] larger than 1 MB is refused with 413, by its announcement and while it streams", async () => {
    await open();
    const headers = { authorization: `Bearer ${token}` };
    const path = alertmanagerPath;
    const announced = begin(surface, {
      method: "POST",
      path,
      headers: { ...headers, "content-length": megabyte + 1 },
    });
    announced.request.flushHeaders();
    expect(await announced.answer).toMatchObject({ status: 413 });
    announced.request.destroy();
    const streamed = begin(surface, {
      method: "POST",
      path,
      headers: { ...headers, "transfer-encoding": "chunked" },
    });
    streamed.request.write("a".repeat(megabyte + 1));
    expect(await streamed.answer).toMatchObject({ status: 413 });
    streamed.request.destroy();
    expect(heard).toEqual([]);
    expect(surface.told).toEqual(["alertsRefused too_large", "alertsRefused too_large"]);
  });

  it("[T18] of 2000 alerts is heard, of more is refused", async () => {
    await open();
    const small = { status: "firing", labels: { slo: "checkout" } };
    const of = (count: number): string => notification(Array.from({ length: count }, () => small));
    expect(await tell(of(2000))).toMatchObject({ status: 202 });
    expect(await tell(of(2001))).toMatchObject({ status: 400 });
    expect(heard.map(({ length }) => length)).toEqual([2000]);
  });

  it.each([
    ["no JSON", "hello"],
    ["nothing", ""],
    ["JSON that is no object", "null"],
    ["another version", notification([], { version: "3" })],
    ["no version", notification([], { version: undefined })],
    ["alerts that are no list", notification([], { alerts: {} })],
    ["an alert without labels", notification([alert({ labels: undefined })])],
    ["a label that is no text", notification([alert({ labels: { slo: 1 } })])],
    ["labels in a list", notification([alert({ labels: ["slo"] })])],
    ["an alert that neither fires nor is resolved", notification([alert({ status: "pending" })])],
  ])("of %s is refused with 400", async (_, body) => {
    await open();
    expect(await tell(body)).toMatchObject({ status: 400 });
    expect(heard).toEqual([]);
    expect(surface.told).toEqual(["alertsRefused malformed"]);
  });

  it("is asked for again with 503 where it cannot be taken in, which tells nothing of why", async () => {
    await open(() => Promise.reject(new Error("disk full: /secret/path")));
    const { status, text } = await tell();
    expect(status).toBe(503);
    expect(text).not.toContain("disk");
    expect(surface.told).toEqual(["buried alerts", "alertsRefused unavailable"]);
  });
});
