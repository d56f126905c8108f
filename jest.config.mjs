import { fileURLToPath } from "node:url";

// Programs of ours that tests start read their modules as code that was compiled once, as they do where people start them.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL(".cache/compiled", import.meta.url));

/** The TypeScript is run as it is written; swc only strips the types and turns ESM into what jest loads. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/test/engine/",
    "<rootDir>/test/engines/(promises|gpu).test.ts",
    "<rootDir>/.cache/",
    "<rootDir>/toolchain/.*/",
  ],
  // jest leaves one processor idle, which on a machine of two is half of it.
  maxWorkers: "100%",
  // Hangs end here; no test asserts on time.
  testTimeout: 60_000,
  // zod's translations, which nobody reads here: every test file would load all 60 of them anew.
  moduleNameMapper: { "^\\.\\./locales/index\\.(c?js)$": "<rootDir>/node_modules/zod/v4/locales/en.cjs" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
};
