import { ok } from "../../src/gate/failure.ts";
import type { WorkWorld } from "../../src/gate/worker.ts";

const unasked = (what: string) => (): Promise<never> =>
  Promise.reject(new Error(`${what} was not to be asked`));

/** What a worker needs for all that is told beside the status, for tests in which nobody asks for it. */
export const quietWorld: Pick<
  WorkWorld,
  "app" | "appId" | "posted" | "measurer" | "webUrl" | "tickMs" | "advise" | "renewToken" | "presence"
> = {
  app: { self: unasked("self") },
  appId: 31_415,
  posted: {
    ownCheckRun: unasked("ownCheckRun"),
    ownComment: unasked("ownComment"),
    defaultBranch: unasked("defaultBranch"),
  },
  measurer: {
    history: unasked("history"),
    queries() {
      throw new Error("queries was not to be asked");
    },
  },
  webUrl: "https://github.com",
  tickMs: 30_000,
  advise: unasked("advise"),
  renewToken() {},
  presence: { isMissing: () => Promise.resolve(ok(false)), forgotten() {} },
};
