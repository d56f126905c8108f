import { alive, Engine } from "./engine.ts";
import { startInternet } from "./internet/internet.ts";

/** One fake internet for all suites of a run; each test process finds it by the environment. */
export default async function setup(): Promise<void> {
  await removeLeftovers();
  const internet = await startInternet();
  process.env.FAKE_INTERNET = JSON.stringify({ folder: internet.folder, number: internet.number });
  process.env.TEST_RUN = `${process.pid.toString(36)}x`;
  (globalThis as Record<string, unknown>).stopInternet = internet.stop;
}

/** What a run that was killed has left: clients are named after the process of their run. Without an engine, nothing. */
async function removeLeftovers(): Promise<void> {
  const engine = new Engine();
  if ((await engine.run("version")).code !== 0) return;
  for (const client of await engine.clients()) {
    const run = /^t([0-9a-z]+)x[0-9a-f]{6}-/.exec(client)?.[1];
    if (run && !alive(Number.parseInt(run, 36))) await engine.remove(client);
  }
}
