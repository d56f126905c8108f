import unit from "./jest.config.mjs";

/** The real engine, through the real pulumi, against a fake internet of our own. Files run side by side. */
export default {
  ...unit,
  testPathIgnorePatterns: ["/node_modules/"],
  testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
  globalSetup: "<rootDir>/test/engine/global-setup.ts",
  globalTeardown: "<rootDir>/test/engine/global-teardown.ts",
  maxWorkers: 2,
  testSequencer: "<rootDir>/test/engine/longest-first.cjs",
  // Hangs end here; no test asserts on time.
  testTimeout: 900_000,
};
