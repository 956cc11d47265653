/** Reading variables: each is right, or a fault that says what is wrong and gives an example. */
import { z } from "zod";
import { isLoopback } from "./domain/loopback.ts";

/** Where the environment and its files come from: `process.env` and the disk, or a test's. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a file; throws where there is none. */
  readFile(path: string): string;
  /** The permission bits of a file, such as 0o600; nothing where there is none. */
  modeOf(path: string): number | undefined;
}

/** One thing that is wrong with the environment. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
  readonly example: string;
}

/**
 * A variable's text. An empty one is not set: env files and containers cannot say it otherwise, and an empty
 * path or host means something else.
 */
export function textOf({ variables }: Environment, name: string): string | undefined {
  const text = variables[name];
  return text === "" ? undefined : text;
}

/** Readers of variables; what is wrong is added to `faults` and a stand-in is given. */
export function readerOf(environment: Environment, faults: ConfigFault[]) {
  return {
    number(
      name: string,
      limits: { min: number; max: number; fallback?: number; example: string; isFraction?: boolean },
    ): number {
      const text = textOf(environment, name);
      if (text === undefined && limits.fallback !== undefined) return limits.fallback;
      const value = Number(text);
      const isRight = text !== undefined && text.trim() !== "" && value >= limits.min && value <= limits.max;
      if (isRight && (limits.isFraction === true || Number.isInteger(value))) return value;
      const what = limits.isFraction === true ? "a number" : "a whole number";
      const range =
        limits.max === Number.MAX_SAFE_INTEGER
          ? `from ${limits.min} on`
          : `from ${limits.min} to ${limits.max}`;
      const message = text === undefined ? "is not set" : `must be ${what} ${range}`;
      faults.push({ variable: name, message, example: `${name}=${limits.example}` });
      return limits.min;
    },
    url(name: string, fallback: string, example: string): string {
      const text = textOf(environment, name) ?? fallback;
      const url = z.url({ protocol: /^https?$/ }).safeParse(text).success ? new URL(text) : undefined;
      const isPlain = url?.protocol === "http:" && !isLoopback(url.hostname);
      const isBare =
        url !== undefined &&
        url.username === "" &&
        url.password === "" &&
        url.search === "" &&
        url.hash === "";
      if (isBare && !isPlain) return text.replace(/\/+$/, "");
      const message = isPlain
        ? "must be https: secrets travel there"
        : "must be a web address, without credentials or query";
      faults.push({ variable: name, message, example: `${name}=${example}` });
      return fallback;
    },
    oneOf<const T extends string>(name: string, values: readonly T[], fallback: T): T {
      const text = textOf(environment, name);
      const value = text === undefined ? fallback : values.find((one) => one === text);
      if (value !== undefined) return value;
      faults.push({
        variable: name,
        message: `must be one of ${values.join(", ")}`,
        example: `${name}=${fallback}`,
      });
      return fallback;
    },
  };
}

/** What `readerOf` gives. */
export type Reader = ReturnType<typeof readerOf>;
