import { once } from "node:events";
import { connect } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../world/github.ts";
import { type AppProcess, startProcess } from "../world/process.ts";

let github: GitHub;
let app: AppProcess;

beforeEach(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  app = await startProcess({ github, prometheusUrl: "http://127.0.0.1:9" });
});

afterEach(async () => {
  await app.remove();
  await github.stop();
  github.assertClean();
});

async function ask(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${app.url}${path}`);
  return { status: answer.status, text: await answer.text() };
}

it("is alive and not ready while its database cannot be used, and ready when it can be again", async () => {
  const alter = (sql: string): void => {
    const database = new DatabaseSync(app.databasePath, { timeout: 5000 });
    database.exec(sql);
    database.close();
  };
  expect(await ask("/readyz")).toEqual({ status: 200, text: "ready\n" });
  alter("alter table jobs rename to jobs_aside");
  expect(await ask("/readyz")).toEqual({ status: 503, text: "not ready: the database cannot be used\n" });
  expect(await ask("/livez")).toMatchObject({ status: 200 });
  alter("alter table jobs_aside rename to jobs");
  expect(await ask("/readyz")).toEqual({ status: 200, text: "ready\n" });
});

it("is not ready while it stops, tells so whoever is still connected, and then ends well", async () => {
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (chunk: string) => (answer += chunk));
  const answered = async (): Promise<void> => {
    while (!/ready.*\n/.test(answer)) await once(socket, "data");
  };
  // The answer to the first question shows that the second has begun, too: such a connection is not idle.
  socket.write("GET /readyz HTTP/1.1\r\nhost: burngate\r\n\r\nGET /readyz HTTP/1.1\r\n");
  await answered();
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  const ended = app.end("SIGTERM");
  await app.logged("stopping: finishing what runs; once more ends at once");
  answer = "";
  socket.write("host: burngate\r\n\r\n");
  await answered();
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toContain("not ready: stopping\n");
  expect(await ended).toBe(0);
});
