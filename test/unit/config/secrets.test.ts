import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Config, describeFaults, readConfig } from "../../../src/config.ts";
import { Secret } from "../../../src/domain/secret.ts";
import { logTo } from "../../../src/observe/log.ts";
import { environmentWith, faultsWith, secrets } from "./environment.ts";

/** Words that only the secrets hold. */
const words = [
  secrets.webhook,
  "MIIsecretkeymaterial",
  secrets.bearer,
  secrets.password,
  secrets.alertmanager,
  "clientkeymaterial",
];

function configOf(): Config {
  const { config } = readConfig(environmentWith({ ALERTMANAGER_TOKEN: secrets.alertmanager }));
  if (config === undefined) throw new Error("the complete environment is not complete");
  return config;
}

function logged(config: Config): string {
  const lines: string[] = [];
  const log = logTo("debug", { write: (line) => void lines.push(line) });
  log.info({ config, sources: config.dataSources, secret: config.webhookSecret }, "started");
  log.error(Object.assign(new Error("failed"), { config }));
  return lines.join("");
}

describe("secrets", () => {
  it.each([
    ["as JSON", (config: Config) => JSON.stringify(config)],
    [
      "inspected to any depth",
      (config: Config) => inspect(config, { depth: null, showHidden: true, getters: true }),
    ],
    [
      "in a format string",
      (config: Config) => format("%s %o %O %j", config.webhookSecret, config, config, config),
    ],
    [
      "joined into text",
      (config: Config) => `${config.webhookSecret.toString()} ${[config.privateKey].join(" ")}`,
    ],
    ["key by key", (config: Config) => JSON.stringify(Object.entries(config.webhookSecret))],
    ["logged", logged],
  ])("are never printed: %s", (_, print) => {
    const text = print(configOf());
    for (const word of words) expect(text).not.toContain(word);
  });

  it("are there when they are used", () => {
    const { dataSources, privateKey } = configOf();
    expect(privateKey.reveal()).toContain("MIIsecretkeymaterial");
    const [main, other] = dataSources;
    expect(main?.auth?.kind === "bearer" && main.auth.token.reveal()).toBe(secrets.bearer);
    expect(other?.auth?.kind === "basic" && other.auth.password.reveal()).toBe(secrets.password);
    expect(main?.tls.key?.reveal()).toBe(secrets.clientKey);
  });

  it("say that they are secrets", () => {
    const secret = new Secret(() => "hidden");
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
      "[secret]",
      '"[secret]"',
      "[secret]",
    ]);
  });

  it("are not told by the fault that is found in them", () => {
    const faults = [
      ...faultsWith({ WEBHOOK_SECRET: "too-short-and-secret" }),
      ...faultsWith({ ALERTMANAGER_TOKEN: "too-short-and-secret" }),
      ...faultsWith({ PRIVATE_KEY_PATH: undefined, PRIVATE_KEY: "not-a-key-but-secret" }),
      ...faultsWith({ PRIVATE_KEY_PATH: secrets.key }),
    ];
    expect(faults).toHaveLength(4);
    expect(describeFaults(faults)).not.toMatch(
      /too-short-and-secret|not-a-key-but-secret|MIIsecretkeymaterial/,
    );
  });
});
