import engine from "./jest.engine.config.mjs";

/** The promises, on whichever engine DOCKER_HOST names: `make engines` runs them on each (test/engines/matrix.ts). */
export default { ...engine, testMatch: ["<rootDir>/test/engines/(promises|gpu).test.ts"], maxWorkers: 1 };
