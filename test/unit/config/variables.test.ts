import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../src/cli/main.ts";
import { describeFaults, readConfig, readSetupConfig } from "../../../src/config.ts";
import type { Environment } from "../../../src/environment.ts";
import { environmentWith, faultsWith, secrets } from "./environment.ts";

describe("the environment", () => {
  it("with everything that must be set, is a configuration with sound defaults", () => {
    const { config, faults } = readConfig(environmentWith());
    expect(faults).toEqual([]);
    expect(config).toMatchObject({
      appId: 123,
      githubApiUrl: "https://api.github.com",
      writesPerSecond: 1,
      databasePath: "data/burngate.sqlite",
      host: "127.0.0.1",
      port: 3000,
      tickMs: 30_000,
      sweepMs: 900_000,
      scanMs: 300_000,
      retention: { deliveriesMs: 7 * 86_400_000, evidenceMs: 400 * 86_400_000 },
      logLevel: "info",
      dataSources: [{ id: "main" }, { id: "other" }],
    });
    expect(config?.privateKey.reveal()).toBe(secrets.key);
    expect(config?.webhookSecret.reveal()).toBe(secrets.webhook);
  });

  it("takes every setting from its variable", () => {
    const { config } = readConfig(
      environmentWith({
        PRIVATE_KEY_PATH: undefined,
        PRIVATE_KEY: secrets.key.replaceAll("\n", "\\n"),
        GITHUB_API_URL: "https://github.example.com/api/v3//",
        GITHUB_WRITES_PER_SECOND: "0.5",
        DATABASE_PATH: "/var/lib/burngate.sqlite",
        HOST: "0.0.0.0",
        PORT: "0",
        TICK_SECONDS: "1.5",
        SWEEP_SECONDS: "10",
        DELIVERY_SCAN_SECONDS: "60",
        DELIVERY_RETENTION_DAYS: "8",
        EVIDENCE_RETENTION_DAYS: "30",
        LOG_LEVEL: "silent",
        ALERTMANAGER_TOKEN: secrets.alertmanager,
      }),
    );
    expect(config?.alertmanagerToken?.reveal()).toBe(secrets.alertmanager);
    expect(config?.privateKey.reveal()).toBe(secrets.key);
    expect(config).toMatchObject({
      githubApiUrl: "https://github.example.com/api/v3",
      writesPerSecond: 0.5,
      databasePath: "/var/lib/burngate.sqlite",
      host: "0.0.0.0",
      port: 0,
      tickMs: 1500,
      sweepMs: 10_000,
      scanMs: 60_000,
      retention: { deliveriesMs: 8 * 86_400_000, evidenceMs: 30 * 86_400_000 },
      logLevel: "silent",
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const optional = [
      "GITHUB_API_URL",
      "GITHUB_WRITES_PER_SECOND",
      "DATABASE_PATH",
      "HOST",
      "PORT",
      "TICK_SECONDS",
    ];
    const empty = Object.fromEntries(
      [...optional, "SWEEP_SECONDS", "DELIVERY_SCAN_SECONDS", "GHE_HOST", "LOG_LEVEL", "PRIVATE_KEY"].map(
        (name) => [name, ""],
      ),
    );
    const [plain, emptied] = [readConfig(environmentWith()), readConfig(environmentWith(empty))];
    expect(emptied.faults).toEqual([]);
    expect(JSON.stringify(emptied.config)).toBe(JSON.stringify(plain.config));
    const inline = { PRIVATE_KEY_PATH: "", PRIVATE_KEY: secrets.key };
    expect(faultsWith(inline)).toEqual([]);
    for (const name of ["APP_ID", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET", "DATA_SOURCES"]) {
      expect(faultsWith({ [name]: "" })).toEqual(faultsWith({ [name]: undefined }));
      expect(faultsWith({ [name]: "" })[0]?.message).toContain("is not set");
    }
  });

  it.each([
    ["APP_ID", ["0", "-1", "1.5", "abc", " "], "must be a whole number from 1 on"],
    ["GITHUB_WRITES_PER_SECOND", ["0", "0.01", "4", "NaN", "Infinity"], "must be a number from 0.1 to 3"],
    ["PORT", ["-1", "65536", "80.5", "http"], "must be a whole number from 0 to 65535"],
    ["TICK_SECONDS", ["0.5", "601", "30s"], "must be a number from 1 to 600"],
    ["SWEEP_SECONDS", ["9", "86401", "1e9", "900.5"], "must be a whole number from 10 to 86400"],
    ["DELIVERY_RETENTION_DAYS", ["6", "3661", "7.5", "7d"], "must be a whole number from 7 to 3660"],
    ["EVIDENCE_RETENTION_DAYS", ["29", "3661", "1e9"], "must be a whole number from 30 to 3660"],
    ["DELIVERY_SCAN_SECONDS", ["59", "86401", "5m"], "must be a whole number from 60 to 86400"],
    [
      "GHE_HOST",
      [
        "https://ghe.example.com",
        "ghe.example.com/api/v3",
        "user@ghe.example.com",
        "a b",
        "ghe.example.com:x",
      ],
      "must be the name of a host",
    ],
    ["LOG_LEVEL", ["trace", "INFO", "Debug"], "must be one of debug, info, warn, error, silent"],
    ["DATA_SOURCES", ["/nowhere.yml"], "names a file that cannot be read: /nowhere.yml"],
    ["PRIVATE_KEY_PATH", ["/nowhere.pem"], "names a file that cannot be read: /nowhere.pem"],
    ["PRIVATE_KEY_PATH", ["/etc/sources.yml"], "holds no PEM private key"],
    [
      "GITHUB_API_URL",
      ["github.example.com", "ftp://github.example.com", "https://"],
      "must be a web address",
    ],
    [
      "GITHUB_API_URL",
      ["https://u:p@ghe.example.com", "https://ghe.example.com/?a=b"],
      "without credentials or query",
    ],
  ] as const)("%s set to any of %j %s", (variable, values, message) => {
    for (const value of values) {
      const faults = faultsWith({ [variable]: value });
      expect(faults).toEqual([
        {
          variable,
          message: expect.stringContaining(message) as string,
          example: expect.stringMatching(`^${variable}=.`) as string,
        },
      ]);
    }
  });

  it("takes the host of a GitHub Enterprise Server for the address of its API", () => {
    const { config, faults } = readConfig(environmentWith({ GHE_HOST: "github.example.com:8443" }));
    expect(faults).toEqual([]);
    expect(config).toMatchObject({
      githubApiUrl: "https://github.example.com:8443/api/v3",
    });
    const same = { GHE_HOST: "github.example.com", GITHUB_API_URL: "https://github.example.com/api/v3/" };
    expect(readConfig(environmentWith(same)).config?.githubApiUrl).toBe("https://github.example.com/api/v3");
  });

  it("does not choose between two GitHubs", () => {
    for (const url of ["https://api.github.com", "https://other.example.com/api/v3"]) {
      const faults = faultsWith({ GHE_HOST: "github.example.com", GITHUB_API_URL: url });
      expect(faults).toMatchObject([
        { variable: "GHE_HOST", message: "names another GitHub than GITHUB_API_URL; set one of the two" },
      ]);
    }
  });

  it("lets GitHub be reached in the clear on this machine only", () => {
    for (const url of ["http://127.0.0.1:4000", "http://localhost:4000/api/v3", "http://[::1]:4000"]) {
      expect(faultsWith({ GITHUB_API_URL: url })).toEqual([]);
    }
    for (const host of [
      "ghe.example.com",
      "127.evil.example",
      "localhost.evil.example",
      "10.0.0.1",
      "0.0.0.0",
    ]) {
      const [fault] = faultsWith({ GITHUB_API_URL: `http://${host}/api/v3` });
      expect(fault?.message).toBe("must be https: secrets travel there");
    }
  });

  it("tells all its faults at once, each with variable, what is wrong and an example", () => {
    const { config, faults } = readConfig({
      variables: { PORT: "x", LOG_LEVEL: "x" },
      readFile: () => "",
      modeOf: () => undefined,
    });
    expect(config).toBeUndefined();
    const variables = faults.map(({ variable }) => variable);
    expect(variables.toSorted()).toEqual([
      "APP_ID",
      "DATA_SOURCES",
      "LOG_LEVEL",
      "PORT",
      "PRIVATE_KEY",
      "WEBHOOK_SECRET",
    ]);
    const text = describeFaults(faults);
    for (const { variable, message, example } of faults) {
      expect(text).toContain(`${variable} ${message}\n    for example: ${example}`);
    }
  });
});

describe("[T15] the webhook secret", () => {
  it.each([
    ["is not set", undefined, "is not set"],
    ["is empty", "", "is not set"],
    ["is Probot's own", "development", "is the word that Probot falls back to"],
    ["is too short", "0123456789abcdef0123456789abcde", "is shorter than 32 bytes"],
  ])("refuses to start when it %s", (_, value, message) => {
    const { config, faults } = readConfig(environmentWith({ WEBHOOK_SECRET: value }));
    expect(config).toBeUndefined();
    expect(faults).toMatchObject([
      { variable: "WEBHOOK_SECRET", message: expect.stringContaining(message) as string },
    ]);
  });

  it("counts bytes, not letters", () => {
    expect(faultsWith({ WEBHOOK_SECRET: "ü".repeat(16) })).toEqual([]);
    expect(faultsWith({ WEBHOOK_SECRET: "ü".repeat(15) })).toHaveLength(1);
  });
});

describe(".env.example", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../.env.example"), "utf8");
  const told = [...text.matchAll(/^(?:# )?([A-Z][A-Z_]*)=(.*)$/gm)].map(([, name = "", value = ""]) => ({
    name,
    value,
  }));

  it("tells of every variable that is read, by the App or by the command line, and of no other", async () => {
    const asked = new Set<string>();
    const recorded = (environment: Environment): Environment => ({
      ...environment,
      variables: new Proxy(environment.variables, {
        get(target, name: string) {
          asked.add(name);
          return target[name];
        },
      }),
    });
    for (const inline of [undefined, "/run/key.pem"])
      readConfig(recorded(environmentWith({ PRIVATE_KEY_PATH: inline })));
    readSetupConfig(recorded(environmentWith()));
    const silent = { out: () => undefined, err: () => undefined };
    await run(["check", "--repo", "acme/shop"], recorded(environmentWith()), "/", silent);
    // A credential's variable has whatever name the data sources file gives it.
    asked.delete("OTHER_PASSWORD");
    expect(told.map(({ name }) => name).toSorted()).toEqual([...asked].toSorted());
  });

  it("is still what it says when a shell has read it as its head tells", () => {
    const key = secrets.key.replaceAll("\n", "\\n");
    const filled = text
      .replace(/^# (PRIVATE_KEY=").*"$/m, (_, begin: string) => `${begin}${key}"`)
      .replace(/^APP_ID=$/m, "APP_ID=123")
      .replace(/^WEBHOOK_SECRET=$/m, `WEBHOOK_SECRET=${secrets.webhook}`)
      .replace(/^DATA_SOURCES=$/m, "DATA_SOURCES=/etc/sources.yml")
      .replaceAll(/^# (?=[A-Z_]+=[^"]*$)/gm, "");
    const shell = spawnSync(
      "sh",
      ["-c", 'set -a; eval "$FILE"; set +a; "$NODE" -p "JSON.stringify(process.env)"'],
      {
        env: { NODE: process.execPath, FILE: filled },
        encoding: "utf8",
      },
    );
    expect(shell.stderr).toBe("");
    const { config, faults } = readConfig(
      environmentWith(JSON.parse(shell.stdout) as Record<string, string>),
    );
    expect(faults).toEqual([]);
    expect(config?.privateKey.reveal()).toBe(secrets.key);
  });

  it("shows the defaults that hold when nothing is set", () => {
    const shown: Record<string, string> = Object.fromEntries(
      told.flatMap(({ name, value }) => (value === "" || value.startsWith('"') ? [] : [[name, value]])),
    );
    expect(Object.keys(shown).length).toBeGreaterThan(5);
    const [plain, spelt] = [readConfig(environmentWith()), readConfig(environmentWith(shown))];
    expect(spelt.faults).toEqual([]);
    expect(JSON.stringify(spelt.config)).toBe(JSON.stringify(plain.config));
  });
});
