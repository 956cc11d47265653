import { pino, type DestinationStream, type Logger } from "pino";

/** Levels that people may choose. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/**
 * The process's log: one JSON object a line. Keys that could hold a credential are never written, whatever a caller passes, and long texts are cut.
 */
export function logTo(level: (typeof logLevels)[number], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app: "burngate" },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ["*.authorization", "*.token", "*.privateKey", "*.secret", "*.password", "*.headers"], censor: "[secret]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
