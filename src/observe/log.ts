import { pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "../domain/log-level.ts";
import { type Room, textIn, valueIn } from "./room.ts";

/** Keys that could hold a credential. */
const secretKeys = ["authorization", "token", "privateKey", "secret", "password", "headers"];

/** Characters of JSON that a line's fields, and the error that it tells of, take at most. */
const maxFieldsLength = 16_000;
const maxErrorLength = 24_000;

const maxStackLength = 3000;
const maxCauses = 5;

/**
 * Of an error only what it says: on it may hang a request with its token, or the whole payload of a webhook.
 */
function errorBody(error: Error, room: Room, causesLeft = maxCauses): object {
  const { name, message, stack, cause } = error;
  return {
    type: textIn(room, name),
    message: textIn(room, message),
    ...(stack !== undefined && { stack: textIn(room, stack, maxStackLength) }),
    ...("code" in error && { code: valueIn(room, error.code) }),
    ...(cause instanceof Error && causesLeft > 0 && { cause: errorBody(cause, room, causesLeft - 1) }),
    ...(error instanceof AggregateError && {
      errors: error.errors
        .slice(0, maxCauses)
        .map((one) => (one instanceof Error ? errorBody(one, room, 0) : typeof one)),
    }),
  };
}

/**
 * The process's log: one JSON object a line. Keys that could hold a credential are not written down to the
 * third level, and of errors only what they say is. Whatever is told, a line has some 40,000 characters at most.
 */
export function logTo(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app: "burngate" },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => valueIn({ left: maxFieldsLength }, fields) as typeof fields,
    },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[secret]" },
    serializers: {
      err: (error: unknown) => (error instanceof Error ? errorBody(error, { left: maxErrorLength }) : error),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
