import { pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "../domain/log-level.ts";

/** Keys that could hold a credential. */
const secretKeys = ["authorization", "token", "privateKey", "secret", "password", "headers"];

const maxTextLength = 4000;
const maxCauses = 5;

/**
 * Of an error only what it says: on it may hang a request with its token, or the whole payload of a webhook.
 */
function errorBody(error: Error, causesLeft = maxCauses): object {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: message.slice(0, maxTextLength),
    stack: stack?.slice(0, maxTextLength),
    ...("code" in error && { code: error.code }),
    ...(cause instanceof Error && causesLeft > 0 && { cause: errorBody(cause, causesLeft - 1) }),
    ...(error instanceof AggregateError && {
      errors: error.errors
        .slice(0, maxCauses)
        .map((one) => (one instanceof Error ? errorBody(one, 0) : typeof one)),
    }),
  };
}

/**
 * The process's log: one JSON object a line. Keys that could hold a credential are not written down to the
 * third level, and of errors only what they say is, cut where it is long.
 */
export function logTo(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app: "burngate" },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[secret]" },
    serializers: { err: (error: unknown) => (error instanceof Error ? errorBody(error) : error) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
