import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeFaults, readConfig, readRemainingFaults, readSetupConfig } from "../../../src/config.ts";
import { credentialVariables, lacksCredentials } from "../../../src/credentials.ts";
import { environmentWith, secrets } from "./environment.ts";

const path = "/var/lib/burngate/credentials.json";
const stored = {
  app_id: 77,
  app_url: "https://github.com/apps/burngate-acme",
  private_key: secrets.key,
  webhook_secret: "f".repeat(40),
};
const unset = Object.fromEntries(credentialVariables.map((name) => [name, undefined]));

/** No credentials in variables; in the file what is given, with these permissions. */
function environmentOf(file: string | undefined, mode = 0o600, change: object = {}) {
  const files = file === undefined ? {} : { [path]: file };
  return environmentWith({ ...unset, CREDENTIALS_PATH: path, ...change }, files, { [path]: mode });
}

const read = (change: object) => readConfig(environmentOf(JSON.stringify({ ...stored, ...change })));

describe("credentials in a file", () => {
  it("are read when no variable holds any", () => {
    const { config, faults } = read({});
    expect(faults).toEqual([]);
    expect(config?.appId).toBe(77);
    expect(config?.privateKey.reveal()).toBe(secrets.key);
    expect(config?.webhookSecret.reveal()).toBe(stored.webhook_secret);
  });

  it("lie in data/credentials.json unless said otherwise", () => {
    const files = { "data/credentials.json": JSON.stringify(stored) };
    const environment = environmentWith({ ...unset, CREDENTIALS_PATH: undefined }, files);
    expect(readConfig(environment).config?.appId).toBe(77);
  });

  it("lose against variables, all of them: half of one and half of the other is another App", () => {
    const file = JSON.stringify(stored);
    const variables = {
      APP_ID: "123",
      PRIVATE_KEY_PATH: "/run/key.pem",
      WEBHOOK_SECRET: secrets.webhook,
    };
    expect(readConfig(environmentOf(file, 0o600, variables)).config?.appId).toBe(123);
    const { faults } = readConfig(environmentOf(file, 0o600, { APP_ID: "123" }));
    expect(faults.map(({ variable }) => variable)).toEqual(["PRIVATE_KEY", "WEBHOOK_SECRET"]);
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o601, 0o620])(
    "[T46] are refused when others may use the file: mode %o",
    (mode) => {
      const { config, faults } = readConfig(environmentOf(JSON.stringify(stored), mode));
      expect(config).toBeUndefined();
      expect(faults).toHaveLength(1);
      expect(faults[0]?.message).toContain(`(mode 0${mode.toString(8)}): chmod 600 ${path}`);
    },
  );

  it.each([0o600, 0o400])("are taken with mode %o", (mode) => {
    expect(readConfig(environmentOf(JSON.stringify(stored), mode)).faults).toEqual([]);
  });

  it.each([
    ["", "is empty"],
    ["{", "is not JSON"],
    ["[]", "has not the keys app_id, app_url, private_key, webhook_secret"],
    [JSON.stringify({ ...stored, app_id: 0 }), "has not the keys"],
    [JSON.stringify({ ...stored, client_secret: "x" }), "has not the keys"],
    [JSON.stringify({ ...stored, private_key: "secret-but-no-key" }), "holds no PEM private key"],
  ])("are refused as %s", (file, message) => {
    const { config, faults } = readConfig(environmentOf(file));
    expect(config).toBeUndefined();
    expect(faults).toMatchObject([
      { variable: "CREDENTIALS_PATH", message: expect.stringContaining(message) as string },
    ]);
  });

  it.each([
    ["development", "is the word that Probot falls back to"],
    ["f".repeat(31), "is shorter than 32 bytes"],
    ["", "is shorter than 32 bytes"],
  ])("[T15] are refused with the webhook secret %j, as a variable would be", (secret, message) => {
    const { config, faults } = read({ webhook_secret: secret });
    expect(config).toBeUndefined();
    expect(faults[0]?.message).toContain(message);
  });

  it("[T46] are not told by the fault that is found in them", () => {
    const faults = [
      { private_key: "secret-words" },
      { webhook_secret: "secret-words" },
      { app_id: "secret-words" },
    ].flatMap((change) => read(change).faults);
    expect(faults).toHaveLength(3);
    expect(describeFaults(faults)).not.toMatch(/secret-words|MIIsecretkeymaterial/);
  });
});

describe("an App may be registered", () => {
  it("when there are no credentials anywhere", () => {
    expect(lacksCredentials(environmentOf(undefined))).toBe(true);
    expect(lacksCredentials(environmentOf("{"))).toBe(false);
    for (const name of credentialVariables)
      expect(lacksCredentials(environmentOf(undefined, 0o600, { [name]: "x" }))).toBe(false);
  });

  it("where its credentials do not come to lie among the program's files", () => {
    const root = join(import.meta.dirname, "../../..");
    const faultsAt = (place: string) =>
      readSetupConfig(environmentOf(undefined, 0o600, { CREDENTIALS_PATH: place })).faults;
    for (const inside of ["credentials.json", "src/credentials.json", "data.json"])
      expect(faultsAt(join(root, inside))).toMatchObject([{ variable: "CREDENTIALS_PATH" }]);
    for (const outside of [join(root, "data/credentials.json"), `${root}-other/credentials.json`, path])
      expect(faultsAt(outside)).toEqual([]);
  });

  it("with an address that GitHub can reach, if one is given", () => {
    const withUrl = (url: string) => readSetupConfig(environmentOf(undefined, 0o600, { PUBLIC_URL: url }));
    expect(withUrl("https://gate.example/").config?.publicUrl).toBe("https://gate.example");
    expect(withUrl("").config?.publicUrl).toBeUndefined();
    for (const url of ["http://gate.example", "gate.example", "https://u:p@gate.example"])
      expect(withUrl(url).faults).toMatchObject([{ variable: "PUBLIC_URL" }]);
  });

  it("while other things are still to be set, which are told without the credentials", () => {
    const environment = environmentOf(undefined, 0o600, { DATA_SOURCES: undefined, TICK_SECONDS: "x" });
    expect(readRemainingFaults(environment).map(({ variable }) => variable)).toEqual([
      "DATA_SOURCES",
      "TICK_SECONDS",
    ]);
    expect(readRemainingFaults(environmentOf(undefined))).toEqual([]);
  });
});
