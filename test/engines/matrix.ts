/**
 * Runs the promises (promises.test.ts, gpu.test.ts) on each engine of the matrix, or on those that are named, and writes what was seen to docs/engines.md:
 * `node test/engines/matrix.ts [ENGINE...]`. The last line is `N passed, N failed`. An engine that cannot be started fails, and none is skipped. Needs root's
 * rights, this machine's Docker Engine and Podman.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testPerson } from "../engine/person.ts";
import { startPodman } from "../engine/podman.ts";
import { ENGINES } from "./engines.ts";
import { type Running, startNested } from "./nested.ts";
import { type Row, renderTable, type Told, verdictsOf } from "./table.ts";
import { tellWithin } from "./under-test.ts";

const PAGE = "docs/engines.md";

async function main(named: readonly string[]): Promise<void> {
  const unknown = named.filter((name) => !Object.hasOwn(ENGINES, name));
  if (unknown.length > 0) {
    process.stdout.write(
      `no such engine: ${unknown.join(", ")}; there are ${Object.keys(ENGINES).join(", ")}\n0 passed, 1 failed\n`,
    );
    process.exitCode = 2;
    return;
  }
  let [passed, failed] = [0, 0];
  for (const name of named.length > 0 ? named : Object.keys(ENGINES)) {
    const row = await runOn(name).catch((error: unknown) => {
      process.stdout.write(`FAIL  ${name}: ${error instanceof Error ? error.message : error}\n`);
      failed += 1;
    });
    if (!row) continue;
    for (const verdict of Object.values(row.verdicts))
      [passed, failed] = [passed + verdict.passed, failed + verdict.failed];
    // At once: what later engines do to the machine takes no row away.
    writeFileSync(PAGE, renderTable(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "", [row], Object.keys(ENGINES)));
  }
  process.stdout.write(readFileSync(PAGE, "utf8").replace(/^(?!\|).*\n/gm, ""));
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function runOn(name: string): Promise<Row> {
  const began = Date.now();
  const engine = await start(name);
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-matrix-"));
  try {
    const [report, seen] = [join(work, "report.json"), join(work, "seen.json")];
    const words = ["--config", "jest.engines.config.mjs", "--json", `--outputFile=${report}`];
    const [command, ...args] = [...engine.enter, "jest", ...words] as [string, ...string[]];
    const env = { ...process.env, ...engine.environment, ENGINE: name, ENGINE_SEEN: seen };
    const jest = spawn(command, args, { env, stdio: ["ignore", "ignore", "inherit"] });
    await once(jest, "exit");
    if (!existsSync(report)) throw new Error("the suite came to no end");
    const tests: Told[] = JSON.parse(readFileSync(report, "utf8")).testResults.flatMap(
      ({ assertionResults }: { assertionResults: Told[] }) => assertionResults,
    );
    // Without it no `up` came to its end: the verdicts say so.
    const { version, weaker } = existsSync(seen)
      ? JSON.parse(readFileSync(seen, "utf8"))
      : { version: "?", weaker: [] };
    const minutes = Math.round((Date.now() - began) / 60_000);
    return {
      engine: name,
      version,
      date: new Date().toISOString().slice(0, 10),
      minutes,
      verdicts: verdictsOf(tests),
      weaker,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
    await engine.stop();
  }
}

/** Starts an engine of the matrix; this machine's own Docker Engine runs already. */
async function start(name: string): Promise<Running> {
  const recipe = ENGINES[name]!;
  if (!("host" in recipe)) {
    const nested = await startNested(name, recipe);
    return {
      ...nested,
      environment: { ...nested.environment, IMAGES_FROM: process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock" },
    };
  }
  if (recipe.host === "docker") return { enter: [], environment: {}, stop: async () => {} };
  const { engine, environment, stop } = await startPodman(recipe.rootless ? { person: testPerson() } : {});
  const said = Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const reach = { DOCKER_HOST: engine.host!, CONTAINER_HOST: engine.host! };
  return { enter: [], environment: { ...said, ...reach, ...(recipe.rootless && tellWithin(engine.within)) }, stop };
}

await main(process.argv.slice(2));
