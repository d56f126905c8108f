import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ListedContainer } from "../others.ts";
import { crewOf, stopCrew } from "./run-state.ts";

const listed = (name: string, client?: string, role?: string): ListedContainer => ({
  ...{ name, client, role, running: true, atRest: false, holds: [] },
});

test("a client's containers are told by their labels, and not by what their names begin with", () => {
  const crew = crewOf("acme", [
    listed("acme-agent", "acme", "agent"),
    listed("acme-gateway", "acme", "gateway"),
    listed("acme-lock", "acme", "lock"),
    listed("acme-with-db", "acme", "beside"),
    listed("acme-2-agent", "acme-2", "agent"),
    listed("acme-with-cache"),
    listed("acme-gateway-old", "acme", "gateway"),
  ]);
  expect(Object.entries(crew).map(([role, found]) => [role, found.map(({ name }: ListedContainer) => name)])).toEqual([
    ["lock", ["acme-lock"]],
    ["gateway", ["acme-gateway"]],
    ["helpers", ["acme-with-db"]],
    ["agent", ["acme-agent"]],
  ]);
});

test("what is paused or starts over and over is stopped as what runs is, and what is at rest is left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-stop-"));
  try {
    const cli = join(folder, "docker");
    writeFileSync(cli, `#!/bin/sh\necho "$*" >>${folder}/calls\n`, { mode: 0o755 });
    const crew = crewOf("acme", [
      { ...listed("acme-agent", "acme", "agent"), running: false },
      { ...listed("acme-with-db", "acme", "beside"), running: false, atRest: true },
      listed("acme-gateway", "acme", "gateway"),
    ]);
    const told: string[] = [];
    expect(await stopCrew({ cli, host: "unix:///x" }, crew, (name) => told.push(name))).toEqual([]);
    expect(told).toEqual(["acme-agent", "acme-gateway"]);
    expect(readFileSync(join(folder, "calls"), "utf8")).toBe(
      "stop --time 10 acme-agent\nstop --time 10 acme-gateway\n",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
