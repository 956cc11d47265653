import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,property,contract,scenario,browser,e2e,conformance}/**/*.test.ts"],
    pool: "forks",
    // By itself vitest leaves one core idle, which on two is half the machine.
    maxWorkers: 2,
    // Against tests that hang, not against slow machines: on one three times slower all of them pass.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    retry: 0,
    reporters: ["./test/reporter.ts"],
  },
});
