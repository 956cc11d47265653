/** The story of the gates behind the pull request: the merge queue, an environment, and a hotfix tag. */
import { mergeQueue, requiredChecks } from "./github-rule.ts";
import type { WorkflowRun } from "./github-workflow-run.ts";
import { breathe, follow, type Stage, type Told, until } from "./story.ts";

/** Plays the story, which begins with a healthy service. Throws when a chapter does not end within its time. */
export async function playGates({ github, shop, traffic }: Stage, tell: (told: Told) => void): Promise<void> {
  const act = (text: string): void => tell({ kind: "act", text });
  const silent = (): void => undefined;
  const answered = async (run: WorkflowRun): Promise<void> => {
    const look = (): string | undefined => run.review?.state;
    await until("an answer to the job", look, () => `the job is ${run.state}`);
    const { state, comment } = run.review ?? { state: "", comment: "" };
    tell({ kind: "answer", state, comment });
  };

  const required = requiredChecks([{ context: "error-budget: main", integration_id: github.appId }]);
  shop.rules.set("main", [required, mergeQueue({ grouping_strategy: "ALLGREEN" })]);
  const [first, second] = (["bob", "cho"] as const).map((author) =>
    shop.openPull({ head: `by-${author}`, author, files: { [`${author}.ts`]: "better()\n" } }),
  );
  if (first === undefined || second === undefined) throw new Error("two pull requests were to be opened");
  await follow(shop, second.headSha, silent)("green", (state) => state === "success");
  act(
    "bob's and cho's pull requests enter the merge queue; the group of both is judged on a commit of its own",
  );
  shop.queue.add(first.number, { by: "bob" });
  shop.queue.add(second.number, { by: "cho" });
  await follow(
    shop,
    shop.queue.group(second.number).headSha,
    tell,
  )("a green group", (state) => state === "success");
  const isMerged = (): string | undefined =>
    [first, second].every(({ number }) => shop.pull(number).merged !== undefined) ? "merged" : undefined;
  await until("the merge", isMerged, () => "a pull request is not merged");
  act("both are merged. bob opens another pull request");
  const late = shop.openPull({ head: "late", author: "bob", files: { "late.ts": "late()\n" } });
  const told = follow(shop, late.headSha, tell);
  await told("green", (state) => state === "success");
  act("checkout begins to fail again");
  traffic.fail(0.3);
  await told("red by itself", (state) => state === "failure");

  act("a job wants to deploy main into production, whose protection rule asks Burngate");
  shop.environments.create("production");
  shop.environments.enableRule("production");
  const run = shop.actions.run({ ref: "main", environment: "production", by: "bob" });
  await answered(run);
  await breathe();
  act("dan, who may write and is not of acme/sre, tags the commit hotfix-0; the job is run again");
  const head = shop.resolve("main")?.sha ?? "";
  shop.tags.create("hotfix-0", head, { by: "dan" });
  await github.settled();
  shop.actions.rerunFailed(run);
  await answered(run);
  await breathe();
  act("ann, of acme/sre, tags the commit hotfix-1; the job is run again");
  shop.tags.create("hotfix-1", head, {
    by: "ann",
    annotated: { message: "INC-42 payment outage" },
  });
  await github.settled();
  shop.actions.rerunFailed(run);
  await answered(run);
  await github.settled();
}
