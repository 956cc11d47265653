/** The App's credentials: from variables, or from the file that the setup page wrote. Variables win. */
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type AppCredentials, holdsPrivateKey, webhookSecretFault } from "./domain/app-credentials.ts";
import { Secret } from "./domain/secret.ts";
import { type ConfigFault, type Environment, type Reader, readerOf, textOf } from "./environment.ts";
import { parseCredentials } from "./setup/credentials-file.ts";

/** What the process signs and verifies with. */
export type Credentials = Omit<AppCredentials, "appUrl">;

/** The variables that hold credentials; where any is set, they all come from variables. */
export const credentialVariables = ["APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET"] as const;

const root = fileURLToPath(new URL("..", import.meta.url));
const appIds = { min: 1, max: Number.MAX_SAFE_INTEGER, example: "123456" };
const pathExample = "CREDENTIALS_PATH=/var/lib/burngate/credentials.json";

/** Where credentials that are not in variables lie. */
export function credentialsPathOf(environment: Environment): string {
  return textOf(environment, "CREDENTIALS_PATH") ?? "data/credentials.json";
}

/** Whether there are no credentials anywhere, so that an App may be registered. */
export function lacksCredentials(environment: Environment): boolean {
  return (
    credentialVariables.every((name) => textOf(environment, name) === undefined) &&
    environment.modeOf(credentialsPathOf(environment)) === undefined
  );
}

/** Reads the credentials; what is wrong is added to `faults` and a stand-in is given. */
export function readCredentials(environment: Environment, read: Reader, faults: ConfigFault[]): Credentials {
  const areInVariables = credentialVariables.some((name) => textOf(environment, name) !== undefined);
  const path = credentialsPathOf(environment);
  if (!areInVariables && environment.modeOf(path) !== undefined) return readFile(environment, path, faults);
  return {
    appId: read.number("APP_ID", appIds),
    privateKey: readPrivateKey(environment, faults),
    webhookSecret: readWebhookSecret(environment, faults),
  };
}

/** The App's id and key, for the command line; neither key nor fault where none is given. */
export function readAppKey(environment: Environment): {
  readonly key?: Pick<Credentials, "appId" | "privateKey">;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const isSet = credentialVariables.some((name) => textOf(environment, name) !== undefined);
  const isGiven = isSet
    ? ["APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH"].some((name) => textOf(environment, name) !== undefined)
    : !lacksCredentials(environment);
  if (!isGiven) return { faults };
  const key = isSet
    ? {
        appId: readerOf(environment, faults).number("APP_ID", appIds),
        privateKey: readPrivateKey(environment, faults),
      }
    : readFile(environment, credentialsPathOf(environment), faults);
  return faults.length === 0 ? { key, faults } : { faults };
}

/** What is wrong with the place where credentials are to be written, or nothing. */
export function credentialsPathFault(path: string): ConfigFault | undefined {
  const inside = relative(root, resolve(path));
  const isAmongSources =
    !inside.startsWith("..") && !inside.startsWith(sep) && !inside.startsWith(`data${sep}`);
  return isAmongSources
    ? {
        variable: "CREDENTIALS_PATH",
        message: `lies among the program's own files, which are shared: ${path}; of them only data/ is private`,
        example: pathExample,
      }
    : undefined;
}

function readFile(environment: Environment, path: string, faults: ConfigFault[]): Credentials {
  const fault = (message: string): Credentials => {
    faults.push({ variable: "CREDENTIALS_PATH", message, example: pathExample });
    return { appId: 0, privateKey: new Secret(() => ""), webhookSecret: new Secret(() => "") };
  };
  const mode = environment.modeOf(path) ?? 0;
  if ((mode & 0o077) !== 0) {
    const bits = mode.toString(8).padStart(4, "0");
    return fault(`names a file that others than its owner may use (mode ${bits}): chmod 600 ${path}`);
  }
  let text: string;
  try {
    text = environment.readFile(path);
  } catch {
    return fault(`names a file that cannot be read: ${path}`);
  }
  const parsed = parseCredentials(text);
  return "fault" in parsed ? fault(`names a file that ${parsed.fault}: ${path}`) : parsed.credentials;
}

function readWebhookSecret(environment: Environment, faults: ConfigFault[]): Secret {
  const text = textOf(environment, "WEBHOOK_SECRET") ?? "";
  const message =
    text === "" ? "is not set: without it anybody could send us events" : webhookSecretFault(text);
  if (message !== undefined)
    faults.push({ variable: "WEBHOOK_SECRET", message, example: "WEBHOOK_SECRET=$(openssl rand -hex 32)" });
  return new Secret(() => text);
}

function readPrivateKey(environment: Environment, faults: ConfigFault[]): Secret {
  const path = textOf(environment, "PRIVATE_KEY_PATH");
  const inline = textOf(environment, "PRIVATE_KEY");
  let text = inline?.replaceAll("\\n", "\n") ?? "";
  if (path !== undefined) {
    try {
      text = environment.readFile(path);
    } catch {
      // A key put where its path belongs must not be printed.
      const message = path.includes("PRIVATE KEY")
        ? "holds a key; it names the file that does"
        : `names a file that cannot be read: ${path}`;
      faults.push({
        variable: "PRIVATE_KEY_PATH",
        message,
        example: "PRIVATE_KEY_PATH=/run/secrets/burngate.pem",
      });
      return new Secret(() => "");
    }
  }
  if (!holdsPrivateKey(text)) {
    const variable = path === undefined ? "PRIVATE_KEY" : "PRIVATE_KEY_PATH";
    const message = text === "" ? "is not set (nor is PRIVATE_KEY_PATH)" : "holds no PEM private key";
    faults.push({ variable, message, example: "PRIVATE_KEY_PATH=/run/secrets/burngate.pem" });
  }
  return new Secret(() => text);
}
