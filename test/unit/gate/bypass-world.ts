/**
 * Whether the gate is opened, asked over a real ledger and the product's own reader of the simulated GitHub; what
 * deliveries would have told is put into the ledger by the test. No budget, no worker: only the question.
 */
import { Octokit } from "@octokit/rest";
import { afterEach } from "vitest";
import { type BypassTerms, defaultBypassTerms } from "../../../src/domain/bypass-terms.ts";
import { refusalWords } from "../../../src/domain/bypass-words.ts";
import type { Repository as Known, Subject } from "../../../src/domain/subject.ts";
import { bypassOf } from "../../../src/gate/bypass-of.ts";
import { ok } from "../../../src/gate/failure.ts";
import type { Ledger } from "../../../src/gate/ledger.ts";
import type { GroupMember } from "../../../src/gate/ports.ts";
import { tokenClient } from "../../../src/github/client.ts";
import { readerOver } from "../../../src/github/reader.ts";
import { eventsTo } from "../../../src/observe/events.ts";
import { logTo } from "../../../src/observe/log.ts";
import { metricsOf } from "../../../src/observe/metrics.ts";
import { ledgerIn } from "../../../src/store/ledger.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { openSqlite } from "../../../src/store/sqlite.ts";
import { type ManualClock, manualClock } from "../../world/clock.ts";
import type { Repository } from "../../world/github-repository.ts";
import { type GitHub, startGitHub } from "../../world/github.ts";
import { noon } from "./gate-world.ts";

/** The terms that nearly every test here holds: team acme/sre, for four hours. */
const sre: BypassTerms = {
  ...defaultBypassTerms,
  entitled: { permission: undefined, teams: ["acme/sre"], users: [], ids: [] },
};

/** A GitHub in which ann, carl and dora are acme/sre, bob writes, and mallory triages. */
export interface AskedWorld {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  /** The repository as the ledger has it. */
  readonly known: Known;
  /** Lets a second pass, since GitHub's times have no less. */
  pass(seconds?: number): void;
  /** Opens bob's pull request into main, which the ledger has heard of, and lets a second pass. */
  openPull(files?: Record<string, string>): Promise<{ number: number; headSha: string }>;
  /** Lets GitHub tell these as the members of every merge group: a queue that has moved on, or has not yet. */
  tellMembers(members: readonly GroupMember[]): void;
  /** What the gate answers: `granted by @ann until 16:00` or the words of the refusal. */
  asked(subject: Partial<Subject> & Pick<Subject, "headSha">, terms?: Partial<BypassTerms>): Promise<string>;
}

const open: GitHub[] = [];

/** Call it once, at the top of a test file: gives what makes worlds, which end by themselves. */
export function askedWorlds(): () => Promise<AskedWorld> {
  afterEach(async () => {
    for (const github of open.splice(0)) {
      await github.stop();
      github.assertClean();
    }
  });
  return askedWorld;
}

async function askedWorld(): Promise<AskedWorld> {
  const clock = manualClock(noon);
  const github = await startGitHub({
    webhookSecret: "0123456789abcdef0123456789abcdef",
    now: () => clock.now(),
    permissions: {
      metadata: "read",
      contents: "read",
      pull_requests: "read",
      members: "read",
      merge_queues: "read",
    },
    events: ["pull_request", "merge_group", "push"],
  });
  open.push(github);
  github.team("acme", "sre", { ann: "active", carl: "active", dora: "active" });
  const installation = github.installation({ account: "acme" });
  const repository = github.repository({ owner: "acme", name: "shop", installation });
  for (const login of ["ann", "bob", "carl", "dora"]) repository.permit(login, "write");
  repository.permit("mallory", "triage");
  repository.commit("main", { "a.txt": "a" });
  const { db } = openSqlite(":memory:");
  await migrate(db);
  const ledger = ledgerIn(db);
  const known: Known = {
    id: repository.id,
    owner: "acme",
    name: "shop",
    isPublic: false,
    installationId: 70,
  };
  await ledger.registry.remember(known);
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const kit = new Octokit({
    auth: github.installationToken(installation),
    baseUrl: github.url,
    log: silent,
  });
  let reader = readerOver(tokenClient(kit, clock));
  const events = eventsTo(logTo("silent", { write: () => {} }), metricsOf(), clock);
  const pass = (seconds = 1): void => clock.advance(seconds * 1000);
  return {
    github,
    repository,
    ledger,
    clock,
    known,
    pass,
    async openPull(files) {
      const head = `fix-${repository.pulls.size + 1}`;
      const pull = repository.openPull({
        head,
        author: "bob",
        files: files ?? { [`${head}.txt`]: head },
      });
      const live = await reader.pull(known, pull.number);
      if (!live.ok) throw new Error(live.failure.detail);
      const { id } = github.user("bob");
      await ledger.pulls.observe(live.value.pull, { id, login: "bob", isBot: false });
      pass();
      return pull;
    },
    tellMembers(members) {
      reader = { ...reader, groupMembers: () => Promise.resolve(ok(members)) };
    },
    async asked(subject, terms = {}) {
      const gate = { kind: "deployment", environment: "production" } as const;
      const whole: Subject = { repositoryId: known.id, baseRef: "main", gate, ...subject };
      const answer = await bypassOf({ ledger, github: reader, clock, events }, known, whole, {
        ...sre,
        ...terms,
      });
      if (!answer.ok) throw new Error(answer.failure.detail);
      if (answer.value.kind === "none") return "none";
      if (answer.value.kind === "refused") return refusalWords(answer.value.refusal, { ...sre, ...terms });
      const { actor, second, entitledThrough, until } = answer.value.bypass;
      const by = [actor, second?.actor].flatMap((one) => (one === undefined ? [] : [`@${one.login}`]));
      return `granted by ${by.join(" and ") || entitledThrough} until ${new Date(until).toISOString().slice(11, 19)}`;
    },
  };
}
