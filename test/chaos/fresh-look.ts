/**
 * What GitHub ought to show: every open pull request judged by the product's own path, by somebody who writes nothing and
 * remembers nothing but when which commit was seen as a head, which GitHub tells once.
 */
import { Octokit } from "@octokit/rest";
import { contextOf } from "../../src/github/status.ts";
import { directoryOf } from "../../src/prometheus/data-source.ts";
import type { Subject } from "../../src/domain/subject.ts";
import { subjectOf } from "../../src/domain/subject.ts";
import { evaluate, type Evaluation } from "../../src/gate/evaluate.ts";
import type { Events } from "../../src/gate/events.ts";
import { asksOf } from "../../src/gate/judge.ts";
import { shareMeasurements } from "../../src/gate/measure.ts";
import { patienceOf } from "../../src/gate/patience.ts";
import { policiesOf } from "../../src/gate/policy-of.ts";
import type { Clock } from "../../src/gate/ports.ts";
import type { GitHubWriter } from "../../src/gate/writer-port.ts";
import { boundedFetch } from "../../src/github/bounded-fetch.ts";
import { tokenClient } from "../../src/github/client.ts";
import { readerOver } from "../../src/github/reader.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { Tables } from "../../src/store/schema.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { openSource } from "../world/app.ts";
import type { GitHub } from "../world/github.ts";
import { quietWorld } from "../world/quiet-world.ts";
import type { Rows } from "./fleet.ts";
import type { House } from "./town.ts";

/** A subject, and what was found of it. */
export interface Looked {
  readonly subject: Subject;
  readonly evaluation: Evaluation;
}

/** Judges every open pull request of a house. Throws where GitHub does not answer. */
export async function lookAfresh(
  github: GitHub,
  prometheusUrl: string,
  { repository: { fullName, installation, id } }: House,
  clock: Clock,
  sights: Rows,
): Promise<readonly Looked[]> {
  if (installation === undefined) throw new Error(`the app is not installed on ${fullName}`);
  const database = openSqlite(":memory:");
  const sources = [openSource("main", prometheusUrl)];
  const measurer = measurerOf(sources, ledgerIn(database.db).budgetDays);
  try {
    await migrate(database.db);
    const ledger = ledgerIn(database.db);
    const reader = readerFor(github, github.installationToken(installation), clock);
    const [owner = "", name = ""] = fullName.split("/");
    const repository = { id, owner, name, isPublic: false, installationId: installation.id };
    const listed = await reader.openPulls(repository);
    if (!listed.ok) throw new Error(`${fullName} cannot be listed: ${listed.failure.detail}`);
    await ledger.registry.setInstallation(installation.id, "active", clock.now());
    await ledger.registry.remember(listed.value.repository);
    for (const sight of sights)
      await database.db
        .insertInto("head_sights")
        .values(sight as unknown as Tables["head_sights"])
        .execute();
    for (const pull of listed.value.pulls) await ledger.pulls.observe(pull, undefined);
    const events = new Proxy({} as Events, { get: () => () => {} });
    const world = {
      ...quietWorld,
      ledger,
      github: reader,
      policies: policiesOf(
        { github: reader, sources: directoryOf(sources), ledger, clock, events },
        clock.now(),
      ),
      measurements: shareMeasurements(ledger, measurer, clock, events, 1),
      writer: nobody,
      clock,
      events,
      contextOf,
      patience: patienceOf(reader, clock),
    };
    const found: Looked[] = [];
    for (const subject of listed.value.pulls.map(subjectOf)) {
      const evaluation = await evaluate(subject, asksOf(world, listed.value.repository, []));
      found.push({ subject, evaluation });
    }
    return found;
  } finally {
    measurer.close();
    await database.close();
  }
}

function readerFor(github: GitHub, token: string, clock: Clock) {
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const kit = new Octokit({ auth: token, baseUrl: github.url, log, request: { fetch: boundedFetch } });
  return readerOver(tokenClient(kit, clock));
}

const nobody: GitHubWriter = {
  takeTurn: () => Promise.reject(new Error("a look writes nothing")),
  write: () => Promise.reject(new Error("a look writes nothing")),
  pausedInstallations: () => new Map(),
};
