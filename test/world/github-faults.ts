/**
 * A planned failure. Which requests: `method`, `path` (matched against path and query), `operation` (the name of a GraphQL query), after `skip` of them, for
 * `times` (default 1, Infinity for all). What happens: `delayMs` first; then `destroySocket`, or the answer
 * `status`/`headers`/`body`, or with neither the ordinary answer. `afterEffect`: the request takes effect all the same,
 * only its answer is lost. `holdMs`: how long the answer is kept back after the effect. A planned success must be one that GitHub could give, unless `unchecked`.
 */
export type Fault = {
  method?: string;
  path?: RegExp;
  operation?: string;
  skip?: number;
  times?: number;
  status?: number;
  headers?: { [name: string]: string };
  body?: unknown;
  destroySocket?: boolean;
  delayMs?: number;
  holdMs?: number;
  afterEffect?: boolean;
  unchecked?: boolean;
};

type Planned = { fault: Fault; skip: number; left: number };

/** The failures planned, the first planned first. */
export class Faults {
  #planned: Planned[] = [];

  /** Plans a failure; the function given takes it back. */
  plan(fault: Fault): () => void {
    const planned = { fault, skip: fault.skip ?? 0, left: fault.times ?? 1 };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((each) => each !== planned);
    };
  }

  /** The failure that meets this request, used up by it. */
  take(method: string, target: string, operation?: string): Fault | undefined {
    for (const planned of this.#planned) {
      const { fault } = planned;
      if (fault.method !== undefined && fault.method !== method) continue;
      // A sticky or global expression keeps its place between tests, so it is asked through `search`, which does not.
      if (fault.path !== undefined && target.search(fault.path) === -1) continue;
      if (fault.operation !== undefined && fault.operation !== operation) continue;
      if (planned.left <= 0) continue;
      if (planned.skip > 0) {
        planned.skip -= 1;
        continue;
      }
      planned.left -= 1;
      return fault;
    }
    return undefined;
  }
}
