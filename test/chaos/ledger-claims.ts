/** What the ledger must be able to show for what GitHub was told. */
import { reportOf } from "../../src/domain/report.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import type { Status } from "../world/github-status.ts";
import type { Fleet } from "./fleet.ts";
import { context, type House } from "./town.ts";

/** What was wrong with the processes' clocks at most. */
export const worstSkewMs = 45_000;

interface KnownVerdict {
  readonly reachedAt: number;
  readonly said: string;
}

/**
 * What a status says without its numbers and times, and of what is not measured without the reason, which may have been
 * another when the verdict was reached.
 */
export function gist({ state, description }: Pick<Status, "state" | "description">): string {
  const text = (description ?? "").replaceAll(/[\d.]+/g, "n");
  return `${state} ${text.replace(/^(Not measured:|Warning: Not measured:).*$/, "$1")}`;
}

/** Reads what it has not read before, and compares. */
export interface Audit {
  /** Statuses that no verdict stands behind, bypasses that nobody noted, verdicts and statuses told twice. */
  faults(): Promise<readonly string[]>;
}

/** An audit of everything that is said about the houses' commits. */
export function auditOf(fleet: Fleet, houses: readonly House[]): Audit {
  const verdicts = new Map<string, KnownVerdict[]>();
  const lastClass = new Map<string, string>();
  const audited = new Map<string, number>();
  let lastId = 0;

  const readVerdicts = async (): Promise<string[]> => {
    const rows = await fleet.rows(
      `select id, head_sha, gate, repository_id, report_class, reached_at, body from verdicts where id > ${lastId} order by id`,
    );
    const twice: string[] = [];
    for (const row of rows) {
      lastId = Number(row["id"]);
      const sha = String(row["head_sha"]);
      const reportClass = String(row["report_class"]);
      const key = `${String(row["repository_id"])} ${sha} ${String(row["gate"])}`;
      if (lastClass.get(key) === reportClass) twice.push(`verdict ${lastId} on ${sha} says nothing new`);
      lastClass.set(key, reportClass);
      const { state, sentence } = reportOf(JSON.parse(String(row["body"])) as Verdict, "members");
      const said = gist({ state, description: sentence });
      const known = verdicts.get(sha) ?? [];
      verdicts.set(sha, [...known, { reachedAt: Number(row["reached_at"]), said }]);
    }
    return twice;
  };

  const isNotGated = ({ description }: Status): boolean => description?.startsWith("Not gated:") === true;

  /** The verdicts that may stand behind a status. */
  const behind = (status: Status): readonly KnownVerdict[] =>
    (verdicts.get(status.sha) ?? []).filter(
      ({ said, reachedAt }) => said === gist(status) && reachedAt <= status.createdAt + worstSkewMs,
    );

  /**
   * Equal words may be several verdicts: one bypass ended and another began, or what it overrides is another. So many in a
   * row need as many.
   */
  const isRepeated = (statuses: readonly Status[], index: number): boolean => {
    const status = statuses[index];
    if (status === undefined) return false;
    const other = statuses.slice(0, index).findLastIndex((one) => gist(one) !== gist(status));
    return index - other > Math.max(1, behind(status).length);
  };

  const faultsOf = async (statuses: readonly Status[], index: number, status: Status): Promise<string[]> => {
    const what = `${status.sha.slice(0, 7)} was told “${status.state} ${status.description ?? ""}”`;
    const faults: string[] = [];
    if (isRepeated(statuses, index)) faults.push(`${what} once more than there was reason`);
    if (!isNotGated(status) && behind(status).length === 0) faults.push(`${what} and no verdict says so`);
    if (status.description?.startsWith("Bypassed by") === true)
      for (const missing of await unnoted(fleet, status.sha)) faults.push(`${what} without ${missing}`);
    return faults;
  };

  return {
    async faults() {
      const faults = await readVerdicts();
      for (const { repository } of houses) {
        const heads = new Set([...repository.pulls.values()].map(({ head }) => head.sha));
        for (const sha of heads) {
          const statuses = repository.statuses(sha).filter((one) => one.context === context);
          const from = audited.get(sha) ?? 0;
          audited.set(sha, statuses.length);
          for (const [index, status] of statuses.entries())
            if (index >= from) faults.push(...(await faultsOf(statuses, index, status)));
        }
      }
      return faults;
    },
  };
}

/** Which rows of a bypass that opened the gate of a commit are not there. */
async function unnoted(fleet: Fleet, sha: string): Promise<readonly string[]> {
  const [bypass] = await fleet.rows(`select 1 as one from bypasses where head_sha = '${sha}'`);
  const lines = await fleet.rows(`select kind from audit where about like '%${sha}%'`);
  const kinds = new Set(lines.map(({ kind }) => kind));
  return [
    ...(bypass === undefined ? ["a row in bypasses"] : []),
    ...["bypass_granted", "bypass_used"]
      .filter((kind) => !kinds.has(kind))
      .map((kind) => `${kind} in the audit log`),
  ];
}
