import { readConfig } from "../../../src/config.ts";
import type { ConfigFault, Environment } from "../../../src/environment.ts";

/** Secrets of the complete environment; none of them may ever be printed. */
export const secrets = {
  webhook: "0123456789abcdef0123456789abcdef",
  key: "-----BEGIN RSA PRIVATE KEY-----\nMIIsecretkeymaterial\n-----END RSA PRIVATE KEY-----\n",
  alertmanager: "alertmanager-token-of-32-letters!",
  bearer: "bearer-token-from-a-file",
  password: "password-from-a-variable",
  clientKey: "-----BEGIN PRIVATE KEY-----\nclientkeymaterial\n-----END PRIVATE KEY-----\n",
} as const;

const dataSources = `data_sources:
  - id: main
    url: https://prometheus.example.com/prefix/
    auth: {bearer: {file: /run/token}}
    client_cert: /run/client.pem
    client_key: /run/client.key
    repositories: ["acme/*"]
  - id: other
    url: https://other.example.com
    auth: {basic: {username: burngate, password: {env: OTHER_PASSWORD}}}
    repositories: ["**/shop"]
`;

/** Files of the complete environment. */
const files: Readonly<Record<string, string>> = {
  "/run/key.pem": secrets.key,
  "/run/token": `${secrets.bearer}\n`,
  "/run/client.pem": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
  "/run/client.key": secrets.clientKey,
  "/etc/sources.yml": dataSources,
};

const variables: Readonly<Record<string, string | undefined>> = {
  APP_ID: "123",
  PRIVATE_KEY_PATH: "/run/key.pem",
  WEBHOOK_SECRET: secrets.webhook,
  DATA_SOURCES: "/etc/sources.yml",
  OTHER_PASSWORD: secrets.password,
};

/** An environment in which everything that must be set is set well; `change` sets, and unsets with `undefined`. */
export function environmentWith(
  change: Readonly<Record<string, string | undefined>> = {},
  moreFiles: Readonly<Record<string, string>> = {},
  modes: Readonly<Record<string, number>> = {},
): Environment {
  const all: Readonly<Record<string, string>> = { ...files, ...moreFiles };
  return {
    variables: { ...variables, ...change },
    readFile(path) {
      const text = all[path];
      if (text === undefined) throw new Error(`ENOENT ${path}`);
      return text;
    },
    modeOf: (path) => (all[path] === undefined ? undefined : (modes[path] ?? 0o600)),
  };
}

/** What is wrong with the complete environment after a change. */
export function faultsWith(
  change: Readonly<Record<string, string | undefined>>,
  moreFiles: Readonly<Record<string, string>> = {},
): readonly ConfigFault[] {
  return readConfig(environmentWith(change, moreFiles)).faults;
}
