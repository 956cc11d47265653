import { beforeEach, describe, expect, it } from "vitest";
import type { Report } from "../../../src/domain/report.ts";
import { failed, type Failure, ok, type Result } from "../../../src/gate/failure.ts";
import type { LastReport, Reports } from "../../../src/gate/reports.ts";
import type { PostedStatus } from "../../../src/gate/ports.ts";
import type { Written } from "../../../src/gate/writer-port.ts";
import { openStatusLimit, publish, type PublishWorld } from "../../../src/gate/publish.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

const subject = {
  repositoryId: shop.id,
  headSha: "a".repeat(40),
  baseRef: "main",
  gate: { kind: "pull_request" },
} as const;
const context = "error-budget: main";
const red: Report = {
  subject,
  state: "failure",
  sentence: "burns",
  reportClass: "failure | burns",
  isCritical: true,
};
const green: Report = {
  subject,
  state: "success",
  sentence: "fine",
  reportClass: "success | fine",
  isCritical: false,
};

/** What becomes of a post: whether GitHub takes it, and what we are told; `crash` is the end of the process. */
interface Post {
  readonly arrives: boolean;
  readonly told: Failure["kind"] | "well" | "crash";
}

let gate: GateWorld;
let posts: string[];
let reads: number;
let shown: PostedStatus | undefined;

beforeEach(async () => {
  gate = await gateWorld();
  posts = [];
  reads = 0;
  shown = undefined;
});

function worldWith(
  post: Post = { arrives: true, told: "well" },
  reports: Partial<Reports> = {},
): PublishWorld {
  return {
    ...gate.world,
    ledger: { ...gate.ledger, reports: { ...gate.ledger.reports, ...reports } },
    github: {
      status() {
        reads += 1;
        return Promise.resolve(ok(shown));
      },
    },
    writer: {
      ...gate.world.writer,
      write(_, write): Promise<Result<Written>> {
        if (write.kind !== "status") throw new Error(`a ${write.kind} is not to be written`);
        const { state, description } = write;
        posts.push(`${state}: ${description}`);
        if (post.arrives) shown = { state, description };
        if (post.told === "crash") return Promise.reject(new Error("the process ended"));
        return Promise.resolve(
          post.told === "well" ? ok({ id: 1 }) : failed({ kind: post.told, detail: "no" }),
        );
      },
    },
  };
}

const last = async (): Promise<LastReport | undefined> => gate.ledger.reports.last(subject, context);

describe("a report", () => {
  it("is written once, and again only when its class changes", async () => {
    const world = worldWith();
    expect(await publish(world, shop, red, noon)).toEqual(ok("written"));
    expect(await publish(world, shop, { ...red, sentence: "burns 2x" }, noon + 1)).toEqual(ok("spared"));
    expect(await publish(world, shop, green, noon + 2)).toEqual(ok("written"));
    expect(posts).toEqual(["failure: burns", "success: fine"]);
    expect(reads).toBe(0);
    expect(await last()).toEqual({
      reportClass: green.reportClass,
      verdictAt: noon + 2,
      written: 2,
      intent: undefined,
    });
  });

  it("[T17] of an older verdict never replaces that of a newer one", async () => {
    const world = worldWith();
    await publish(world, shop, red, noon);
    expect(await publish(world, shop, green, noon - 1)).toEqual(ok("superseded"));
    expect(posts).toEqual(["failure: burns"]);
  });

  it("that shuts is not held back by one of which the date is yet to come; one that opens is", async () => {
    const world = worldWith();
    await publish(world, shop, green, noon + 3_600_000);
    expect(await publish(world, shop, red, noon)).toEqual(ok("written"));
    await publish(world, shop, { ...red, reportClass: "red | spent" }, noon + 3_600_000);
    expect(await publish(world, shop, green, noon + 1000)).toEqual(ok("superseded"));
    expect(posts).toEqual(["success: fine", "failure: burns", "failure: burns"]);
  });

  it("waits for its turn without writing down that it was about to go", async () => {
    const world = worldWith();
    const busy = { ...world, writer: { ...world.writer, takeTurn: () => Promise.resolve(noon + 250) } };
    expect(await publish(busy, shop, red, noon)).toMatchObject({
      failure: { kind: "rate_limited", retryAt: noon + 250 },
    });
    expect([posts, await last()]).toEqual([[], undefined]);
  });

  it("[T44] leaves the last hundred statuses of a commit to red and to bypasses", async () => {
    for (let written = 0; written < openStatusLimit; written += 1) {
      const intent = { ...red, reportClass: `class ${written}`, verdictAt: noon };
      await gate.ledger.reports.intend(subject, context, intent);
      await gate.ledger.reports.confirm(subject, context, intent);
    }
    expect(await publish(worldWith(), shop, green, noon)).toEqual(ok("spared"));
    expect(await publish(worldWith(), shop, red, noon)).toEqual(ok("written"));
    expect(posts).toEqual(["failure: burns"]);
    expect(gate.log.filter(({ level }) => level === "error")).toMatchObject([
      { why: "reserve", state: "success" },
    ]);
  });
});

describe("two hands at one report", () => {
  /** A world that hears of what it writes only after `meanwhile`; GitHub has it before, or only then. */
  function slowly(meanwhile: () => Promise<unknown>, arrives: "before" | "after"): PublishWorld {
    const plain = worldWith();
    const write = async (...args: Parameters<typeof plain.writer.write>): Promise<Result<Written>> => {
      const early = arrives === "before" ? await plain.writer.write(...args) : undefined;
      await meanwhile();
      return early ?? plain.writer.write(...args);
    };
    return { ...plain, writer: { ...plain.writer, write } };
  }

  it.each(["before", "after"] as const)(
    "[T17] take nothing for told where one's request arrived %s the other's whole report: GitHub is asked",
    async (arrives) => {
      const group = { ...subject, gate: { kind: "merge_group" } } as const;
      const who = { kind: "merge_group", headRef: "queue" } as const;
      await gate.ledger.askers.ask({ subject: group, who, askedAt: noon }, "once");
      const slow = slowly(() => publish(worldWith(), shop, red, noon + 1), arrives);
      expect(await publish(slow, shop, green, noon)).toEqual(ok("superseded"));
      expect((await gate.ledger.queue.counts()).waiting).toBe(1);
      expect(await publish(worldWith(), shop, red, noon + 2)).toEqual(ok("written"));
      expect(shown).toEqual({ state: "failure", description: "burns" });
      expect(await publish(worldWith(), shop, red, noon + 3)).toEqual(ok("spared"));
    },
  );

  it("[T17] that are both on their way are told apart by GitHub, whoever hears first", async () => {
    const [arrived, heard] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const told = slowly(() => (arrived.resolve(), heard.promise), "before");
    let first: ReturnType<typeof publish> | undefined;
    const slow = slowly(() => ((first = publish(told, shop, red, noon + 1)), arrived.promise), "after");
    expect(await publish(slow, shop, green, noon)).toEqual(ok("superseded"));
    heard.resolve();
    expect(await first).toEqual(ok("superseded"));
    expect(shown).toEqual({ state: "success", description: "fine" });
    expect(await publish(worldWith(), shop, red, noon + 2)).toEqual(ok("written"));
    expect(shown).toEqual({ state: "failure", description: "burns" });
  });
});

describe("a report whose sending broke off", () => {
  /** What happened first, what GitHub must show after the second try, and how many posts it took. */
  const matrix: readonly (readonly [string, Post, number])[] = [
    ["the process ended before GitHub had it", { arrives: false, told: "crash" }, 2],
    ["the process ended after GitHub had it", { arrives: true, told: "crash" }, 1],
    ["the connection broke before GitHub had it", { arrives: false, told: "unreachable" }, 2],
    ["the connection broke after GitHub had it", { arrives: true, told: "unreachable" }, 1],
    ["the answer broke off, though GitHub had it", { arrives: true, told: "malformed" }, 1],
    ["the answer did not come in time, though GitHub had it", { arrives: true, told: "timed_out" }, 1],
    ["GitHub limited it", { arrives: false, told: "rate_limited" }, 2],
    ["GitHub refused it", { arrives: false, told: "refused" }, 2],
    ["GitHub rejected it", { arrives: false, told: "rejected" }, 2],
  ];

  it.each(matrix)("because %s is neither lost nor doubled", async (_, first, written) => {
    await publish(worldWith(first), shop, red, noon).catch(() => undefined);
    expect(await publish(worldWith(), shop, red, noon + 1)).toMatchObject({ ok: true });
    expect(shown).toEqual({ state: "failure", description: "burns" });
    expect(posts).toHaveLength(written);
    expect(await last()).toMatchObject({ reportClass: red.reportClass, written: 1, intent: undefined });
    expect(await publish(worldWith(), shop, red, noon + 2)).toEqual(ok("spared"));
    expect(posts).toHaveLength(written);
  });

  it("between GitHub's answer and our note of it is found at GitHub and not doubled", async () => {
    const crash = { confirm: () => Promise.reject(new Error("the process ended")) };
    await expect(publish(worldWith(undefined, crash), shop, red, noon)).rejects.toThrow("ended");
    expect(await last()).toMatchObject({ reportClass: undefined, intent: { reportClass: red.reportClass } });
    expect(await publish(worldWith(), shop, red, noon + 1)).toEqual(ok("spared"));
    expect([posts.length, reads]).toEqual([1, 1]);
    expect(await last()).toMatchObject({ reportClass: red.reportClass, written: 1, intent: undefined });
  });

  it("is settled first when the next verdict differs", async () => {
    await publish(worldWith({ arrives: true, told: "crash" }), shop, red, noon).catch(() => undefined);
    expect(await publish(worldWith(), shop, green, noon + 1)).toEqual(ok("written"));
    expect(posts).toEqual(["failure: burns", "success: fine"]);
    expect(await last()).toMatchObject({ reportClass: green.reportClass, written: 2 });
  });

  it("is not taken for arrived when somebody else's status is shown", async () => {
    await publish(worldWith({ arrives: false, told: "crash" }), shop, red, noon).catch(() => undefined);
    shown = { state: "success", description: "by hand" };
    expect(await publish(worldWith(), shop, red, noon + 1)).toEqual(ok("written"));
    expect(shown).toEqual({ state: "failure", description: "burns" });
  });

  it("is written by nobody while GitHub does not tell whether it arrived", async () => {
    await publish(worldWith({ arrives: true, told: "crash" }), shop, red, noon).catch(() => undefined);
    const silent = { status: () => Promise.resolve(failed({ kind: "timed_out", detail: "no" })) };
    expect(await publish({ ...worldWith(), github: silent }, shop, red, noon + 1)).toMatchObject({
      ok: false,
    });
    expect(posts).toHaveLength(1);
    expect(await last()).toMatchObject({ intent: { reportClass: red.reportClass } });
  });
});
