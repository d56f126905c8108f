import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBuilder, runBuilder } from "./builder.ts";

test("a client that does not say whether it can build is not taken for one that cannot", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-builder-"));
  try {
    writeFileSync(join(folder, "docker"), "#!/bin/sh\ntrap '' TERM; sleep 3; echo late\n", { mode: 0o755 });
    await expect(findBuilder({ cli: join(folder, "docker"), host: "" }, 0.2)).rejects.toThrow(
      /docker buildx version gave no answer in 0\.2 s; run the same command again$/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a build that does not end is ended, whoever of it goes on", async () => {
  const hangs = ["sh", "-c", "echo begun; sleep 5 & wait"];
  expect(await runBuilder(hangs, process.env, 0.3)).toEqual({ log: ["begun"], why: "sh did not end in 0.3 s" });
  expect(await runBuilder(["sh", "-c", "echo no; exit 3"], process.env)).toEqual({ log: ["no"], why: "" });
  expect(await runBuilder(["true"], process.env)).toEqual({ log: [] });
});
