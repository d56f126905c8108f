import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "../../test/built.ts";
import { planImages } from "./image.ts";
import { dataNames, readImageSources } from "./look/sources.ts";
import { ToolSchema } from "./tool.ts";

const root = process.cwd();
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "agent-sandbox-tools-"));
  cpSync(join(root, "images"), join(project, "images"), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const planned = (tools: string[], folder = project) => {
  const sources = readImageSources(folder, { agents: ["claude"], tools });
  const { agents, tools: chosen } = sources;
  return planImages({ agents, tools: chosen, uid: 1000, gid: 1000, platform: "linux-x64", sources });
};

test("a tool set is added by one YAML file, without code", () => {
  writeFileSync(
    join(project, "images/tools/frob.yaml"),
    `
name: frob
description: A tool nobody has written code for.
packages: [frob-tools, libfrob-dev]
tarballs: [{lock: npm, files: {bin: lib/frob}, links: {bin/frob: ../lib/frob/frob.js}}]
environment: {FROB_HOME: /opt}
settings: {/etc/frob.conf: "x"}
links: {/opt/frob/frob: /usr/bin/frob}
commands: [frob]
`,
  );
  const { dockerfile, needs } = built(planned(["frob"]).agent!);
  expect(dockerfile).toMatch(
    /^RUN .*\n +set -eu; \\\n +\/usr\/local\/lib\/agent-sandbox\/apt-install frob-tools libfrob-dev$/m,
  );
  expect(dockerfile).toMatch(/AS tool-frob-npm\nUSER 0:0\nRUN .*\n.*\n +\S+fetch-tarball npm \S+ sha512-/);
  expect(dockerfile).toContain("COPY --from=tool-frob-npm /out/ /usr/local/");
  expect(dockerfile).toContain('ENV FROB_HOME="/opt"');
  expect(dockerfile).toContain('mkdir -p "$(dirname /opt/frob/frob)"; ln -s /usr/bin/frob /opt/frob/frob');
  expect(needs?.commands).toEqual(["frob"]);
});

test("tools come before agents, so that an agent's new version installs none again", () => {
  const { dockerfile } = built(planned(["psql", "go"]).agent!);
  expect(dockerfile.lastIndexOf("apt-install")).toBeLessThan(dockerfile.indexOf("COPY --from=fetch-claude"));
});

test("no layer locks two caches: Podman 4.3 would wait for ever in the next one", () => {
  const { agent, runtime } = planned(dataNames(root, "tools"), root);
  for (const { dockerfile } of [agent!, runtime!].map(built))
    for (const instruction of dockerfile.split(/\n(?=[A-Z])/))
      expect(instruction.split("sharing=locked").length).toBeLessThan(3);
});

test("the order of tool sets is no difference, the set of them is, and only the agent image has them", () => {
  const [one, other, fewer] = [planned(["psql", "go"]), planned(["go", "psql"]), planned(["go"])];
  expect(one).toEqual(other);
  expect(one.agent!.tag).not.toBe(fewer.agent!.tag);
  expect(one.runtime).toEqual(fewer.runtime);
});

test("every tool set of this project is valid, and what it takes of the lock is there", () => {
  const tools = dataNames(root, "tools");
  expect(tools).toEqual(
    expect.arrayContaining([
      "build",
      "gh",
      "go",
      "kubectl",
      "mysql",
      "node",
      "psql",
      "python",
      "redis",
      "rust",
      "sqlite",
    ]),
  );
  expect(readImageSources(root, { agents: [], tools }).tools.map(({ name }) => name)).toEqual(tools);
  expect(() => planned(tools, root)).not.toThrow();
});

test("a mistake in a tool set is told by file and key path, and only where it is used", () => {
  writeFileSync(
    join(project, "images/tools/frob.yaml"),
    "name: frob\ndescription: x\npackages: [--allow-unauthenticated]\ntarballs: [{lock: npn, files: {a: b}}]\ncommands: []\n",
  );
  expect(() => planned(["psql"])).not.toThrow();
  expect(() => planned(["frob"])).toThrow(
    /images\/tools\/frob.yaml\n {2}commands .*\n {2}packages\[0\] +"--allow-unauthenticated" is not a package of the distribution/,
  );
  writeFileSync(
    join(project, "images/tools/frob.yaml"),
    "name: frob\ndescription: x\ntarballs: [{lock: npn, files: {a: b}}]\ncommands: [x]\n",
  );
  expect(() => planned(["frob"])).toThrow(
    /images\/tools\/frob.yaml\n {2}tarballs\[0\].lock +"npn" is not in images\/lock.yaml. Did you mean "npm"\?/,
  );
});

test.each(["g++", "libstdc++6", "python3.13-dev", "tree"])("%s is a package's name", (name) => {
  expect(ToolSchema.safeParse({ name: "x", description: "x", packages: [name], commands: ["x"] }).success).toBe(true);
});

test.each(["-t", "tree-", "tree=1.0", "tree/sid", "./x.deb", "a b", "a;id", "$(id)", "tree+", "Tree", ""])(
  "%j is none: apt would read it as something else",
  (name) => {
    expect(ToolSchema.safeParse({ name: "x", description: "x", packages: [name], commands: ["x"] }).success).toBe(
      false,
    );
  },
);
