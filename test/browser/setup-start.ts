/** `npm start` as a process that has no App yet, and what it writes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** A start of the app: its link, all that it writes, and a way to wait for a line of its log. */
export interface SetupStart {
  readonly link: string;
  readonly process: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<[number | null, string | null]>;
  /** All that it wrote so far, to its log and to its terminal. */
  written(): string;
  /** The line of its log with that message, when it has come. */
  logged(message: string): Promise<Record<string, unknown>>;
}

/** Starts the app in a folder, without an App's credentials; resolves when it has told its link. */
export async function startWithoutApp(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<SetupStart> {
  const env: Record<string, string> = { PORT: "0", LOG_LEVEL: "debug", ...variables };
  const started = spawn(process.execPath, [main], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, written] = ["", ""];
  const note = (chunk: string): void => void (written += chunk);
  started.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
    note(chunk);
  });
  started.stderr.setEncoding("utf8").on("data", note);
  const exit = once(started, "exit") as Promise<[number | null, string | null]>;
  const ended = exit.then(() => {
    throw new Error(`the app ended: ${written}`);
  });
  ended.catch(() => undefined);
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await Promise.race([once(started.stdout, "data"), once(started.stderr, "data"), ended]);
    }
  };
  return {
    link: await until(() => /http:\S+\?token=\S+/.exec(written)?.[0]),
    process: started,
    exit,
    written: () => written,
    logged: async (message) =>
      until(() => {
        const lines = out.split("\n").slice(0, -1);
        const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        return entries.find(({ msg }) => msg === message);
      }),
  };
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
