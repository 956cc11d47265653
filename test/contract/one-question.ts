import { expect } from "vitest";
import type { Instant } from "../../src/domain/instant.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { Secret } from "../../src/domain/secret.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { askedAt, type Behaviour, type HostileServer, vector } from "./hostile-server.ts";

export const day = 86_400_000;
/** The secret that must not get out. */
export const token = "sesame-sesame-sesame";

const pieces = (metric: string) => ({ pieces: [`sum(rate(${metric}[`, "]))"] });
/** An objective that is asked for as a ratio. */
export const ratio: Objective = {
  name: "checkout",
  targetRatio: 0.999,
  windowMs: 30 * day,
  sli: { kind: "ratio", errorRatioQuery: pieces("ratio") },
};
/** An objective that is asked for as bad and total events. */
export const events: Objective = {
  ...ratio,
  sli: { kind: "events", errorQuery: pieces("bad"), totalQuery: pieces("all") },
};

/** The answer to a ratio: the expressions of one window, in the order in which they are asked for. */
export const ofRatio = (value: string | readonly string[], age = "15") =>
  vector({ e0: [value].flat(), e1: [age], e2: ["2592000"] });
/** The answer to bad and total events, likewise. */
export const ofEvents = (bad: readonly string[], total: readonly string[]) =>
  vector({ e0: bad, e1: total, e2: ["15"], e3: ["2592000"] });

/** A data source at a server, below a path, as a tenant and with a token. */
export const sourceAt = ({ url }: HostileServer, changes: Partial<DataSource> = {}): DataSource => ({
  id: "main",
  url: new URL(`${url}/prometheus/`),
  auth: { kind: "bearer", token: new Secret(() => token) },
  tls: {},
  headers: { "x-scope-orgid": "acme" },
  timeoutMs: 5000,
  repositories: ["**"],
  ...changes,
});

/** What becomes of the five-minute window of an objective at a server that behaves so. */
export async function measureAt(
  server: HostileServer,
  behaviour: Behaviour,
  objective: Objective = ratio,
  changes: Partial<DataSource> = {},
  at: Instant = askedAt,
): Promise<Measurement> {
  server.behave(behaviour);
  const measurer = measurerOf([sourceAt(server, changes)], budgetDaysInMemory());
  const questions = [{ objective, windowsMs: [300_000] }];
  const measurements = await measurer.measure({ dataSource: "main", questions, at });
  measurer.close();
  expect(measurements).toHaveLength(1);
  return measurements[0]!;
}
