import engine from "./jest.engine.config.mjs";

/** One suite of promises on whichever engine DOCKER_HOST names: `make engines` runs it on each (test/engines/matrix.ts). */
export default { ...engine, testMatch: ["<rootDir>/test/engines/promises.test.ts"], maxWorkers: 1 };
