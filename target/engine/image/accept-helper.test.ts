import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptHelper } from "./accept-helper.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-accept-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks a client of the engine's that knows one image of this configuration. @returns why it got no tag, or nothing */
async function refused(config: object, places: readonly string[]): Promise<string | undefined> {
  const cli = join(folder, "docker");
  writeFileSync(join(folder, "config"), JSON.stringify(config));
  writeFileSync(cli, `#!/bin/sh\ncase $1 in image) cat ${folder}/config ;; tag) touch ${folder}/tagged ;; esac\n`, {
    mode: 0o755,
  });
  const engine = { cli, host: "unix:///x" };
  const why = await acceptHelper(engine, "redis@sha256:1", "t:1", places).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  expect(existsSync(join(folder, "tagged"))).toBe(why === undefined);
  return why;
}

test("an image gets its tag where each of its volumes is planned", async () => {
  expect(await refused({ Volumes: { "/data/": {} }, Labels: { "org.acme": "x" } }, ["/data"])).toBeUndefined();
  expect(await refused({ Volumes: null }, [])).toBeUndefined();
});

test("one that keeps state elsewhere, or has a label of this product, gets none", async () => {
  expect(await refused({ Volumes: { "/b": {}, "/a": {} } }, ["/b"])).toMatch(/keeps state at \/a, .*write volume: \/a/);
  expect(await refused({ Labels: { "agent-sandbox.sources": "{}" } }, [])).toMatch(
    /labels of this product \(agent-sandbox\.sources\)/,
  );
});
