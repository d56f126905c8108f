import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { writeDeployed } from "../plan/deployed.ts";
import { DeclaredProject } from "../test/declared-project.ts";
import { refuseFolder } from "./export.ts";

/** Where no engine answers, also on a machine that has one. */
const NO_ENGINE = { DOCKER_HOST: "unix:///nowhere/engine.sock" };

let project: DeclaredProject;
let root: string;
beforeEach(() => {
  project = new DeclaredProject();
  root = realpathSync(project.folder);
  for (const name of ["elsewhere", "globex"]) mkdirSync(join(root, name));
  project.client("acme");
  project.write("stacks/Pulumi.globex.yaml", "config:\n  agent-sandbox:workspace: [broken\n");
});
afterEach(() => project.remove());

/** A pulumi that has of globex what its last `up` left, or ends so. */
const pulumi = (of: { workspace: string } | { ends: number }) => {
  if ("workspace" in of) project.write("outputs.json", JSON.stringify({ deployed: left(of) }));
  const end = "ends" in of ? `exit ${of.ends}` : `cat ${join(root, "outputs.json")}`;
  project.write("bin/pulumi", `#!/bin/sh\n${end}\n`, 0o755);
};
const left = (config: Record<string, unknown>) => {
  const nothing = {
    image: "",
    user: "",
    capabilities: [],
    mounts: {},
    networks: [],
    published: [],
    gpu: "",
    seccomp: "",
    limits: {},
  };
  return writeDeployed({
    ...{ facts: [], config, policyHash: "", containers: { agent: nothing, gateway: nothing } },
    proof: { probes: [], datagrams: [], mounts: [], scratch: [], user: "", networks: 0, gpu: false },
  });
};
const copy = (to: string) => project.run(["cp", "acme:/workspace/x", join(root, to)], NO_ENGINE);

test("what is copied out goes nowhere that a client may write whose file is no YAML, by what its last up was given", async () => {
  pulumi({ workspace: join(root, "globex") });
  const inside = await copy("globex");
  expect([inside.code, inside.stderr]).toEqual([
    2,
    expect.stringMatching(/\/globex is in the workspace of globex, where an agent/),
  ]);
  const { code, stderr } = await copy("elsewhere");
  // As far as an engine is needed.
  expect([code, stderr]).toEqual([3, expect.stringMatching(/no engine answers/)]);
  expect(stderr).toMatch(
    /^agentbox: warning: stacks\/Pulumi\.globex\.yaml is not YAML: .*\. \/\S+\/elsewhere is judged beside what the last up of globex was given; mend the file/,
  );
});

test("one that was never brought up keeps no copy; of one that nobody knows anything of, nothing is copied", async () => {
  pulumi({ ends: 6 });
  expect((await copy("elsewhere")).stderr).toMatch(
    /beside nothing of globex, which was never brought up from here; .*\n.*no engine answers/s,
  );
  pulumi({ ends: 1 });
  const { code, stderr } = await copy("elsewhere");
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/Pulumi\.globex\.yaml is not YAML, .*its last up does not tell it/),
  ]);
});

test("an export goes by the same", async () => {
  pulumi({ workspace: join(root, "globex") });
  const before = process.env.DOCKER_HOST;
  Object.assign(process.env, NO_ENGINE);
  try {
    await expect(refuseFolder(root, "acme", join(root, "globex/kept"))).rejects.toThrow(
      /is inside the workspace of globex/,
    );
    await expect(refuseFolder(root, "acme", join(root, "elsewhere/kept"))).resolves.toBeUndefined();
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
});
