import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,property,contract,scenario,e2e,conformance}/**/*.test.ts"],
    pool: "forks",
    // By itself vitest leaves one core idle, which on two is half the machine.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    retry: 0,
    reporters: ["./test/reporter.ts"],
  },
});
