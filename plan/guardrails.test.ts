import { type GuardrailFacts, judge } from "./guardrails.ts";
import { refuseRoot } from "./root-owner.ts";
import type { Mount } from "./workload.ts";

const project = "/home/ann/projects/agent-sandbox";
const bind = (source: string, at = "/workspace", readOnly = false) => ({
  ...({ kind: "bind", source, at, readOnly } satisfies Mount),
  key: at === "/workspace" ? "workspace" : `mounts (${at})`,
});
const facts: GuardrailFacts = {
  home: "/home/ann",
  project,
  neighbours: [],
  kept: [],
  egress: { allow: [], from: [], lan: {}, host: [] },
  engine: { host: "unix:///var/run/docker.sock" },
};
const found = (
  mounts: ReturnType<typeof bind>[],
  neighbours: GuardrailFacts["neighbours"] = [],
  kept: GuardrailFacts["kept"] = [],
) => judge([{ mounts }], { ...facts, neighbours, kept }).map(({ guardrail }) => guardrail);

test("a directory of the client's own passes every guardrail", () => {
  expect(
    found(
      [bind("/home/ann/projects/acme"), bind("/srv/docs", "/docs", true)],
      [{ client: "globex", what: "workspace", path: "/home/ann/projects/globex" }],
    ),
  ).toEqual([]);
});

test.each([
  "/var/run/docker.sock",
  "/run/user/1000/podman/podman.sock",
  "/home/ann/.colima/docker.sock",
  "/var/run",
  "/run",
])("%s is refused: it is the engine", (path) => {
  expect(found([bind("/home/ann/acme"), bind(path, "/x", true)])).toContain("no-engine-socket");
});

test.each([
  "/",
  "/etc",
  "/etc/ssl",
  "/proc",
  "/root",
  "/home",
  "/home/ann",
  "/home/ann/.ssh",
  "/home/ann/.config/gcloud",
  "/home/ann/.pulumi",
  "/mnt/c",
  "/mnt/c/Users/ann",
  "/mnt/wsl",
  "/mnt/wsl/docker-desktop/shared-sockets",
  "/mnt/wslg/distro/etc",
])("%s is refused: it is not the client's", (path) => {
  expect(found([bind(path)])).toContain("no-foreign-mount");
});

test("a path that only starts like a refused one is fine", () => {
  expect(
    found([
      bind("/home/ann/.sshkeys-of-acme"),
      bind("/etcetera", "/x"),
      bind("/mnt/cdrom", "/y"),
      bind("/mnt/wsl/PHYSICALDRIVE1/acme", "/z"),
    ]),
  ).toEqual([]);
});

test.each([
  ["the same", "/home/ann/acme"],
  ["one above", "/home/ann"],
  ["one below", "/home/ann/acme/sub"],
])("two clients that write one directory are refused: %s", (_case, path) => {
  for (const what of ["workspace", "mount"] as const)
    expect(found([bind("/home/ann/acme")], [{ client: "globex", what, path }])).toContain("no-shared-workspace");
});

test("a neighbour's directory is not read either, nor one that holds it", () => {
  const neighbours = [{ client: "globex", what: "workspace", path: "/srv/clients/globex" }] as const;
  for (const path of ["/srv/clients/globex", "/srv/clients/globex/docs", "/srv/clients"])
    for (const readOnly of [true, false])
      expect(found([bind(path, "/docs", readOnly)], neighbours)).toEqual(["no-shared-workspace"]);
  expect(found([bind("/srv/clients/docs", "/docs", true)], neighbours)).toEqual([]);
});

test("the workspace is not seen a second time, past its masks", () => {
  const workspace = bind("/srv/acme/app");
  for (const path of ["/srv/acme/app", "/srv/acme"])
    expect(found([workspace, bind(path, "/x", true)])).toEqual(["no-second-view"]);
  for (const path of ["/srv/acme/app-docs", "/srv/acme/docs"])
    expect(found([workspace, bind(path, "/x", true)])).toEqual([]);
});

test.each([
  ["the state, elsewhere", "/data/state", "/data/state/.pulumi"],
  ["a secret's folder", "/data/secrets/npm", "/data/secrets"],
  ["the engine's root", "/data/docker", "/data/docker/volumes/acme-secrets/_data"],
])("what this product keeps is in no sandbox, read-only neither: %s", (_case, kept, path) => {
  const own = [{ path: kept, what: "a place of ours" }];
  for (const readOnly of [true, false]) expect(found([bind(path, "/x", readOnly)], [], own)).toEqual(["no-kept-place"]);
  expect(found([bind(`${kept}-of-acme`, "/x", true)], [], own)).toEqual([]);
});

test("a mistake is told once of all the mounts that one key has: a workspace has its repository's beside it", () => {
  const views = ["", "/objects", "/refs"].map((part) => ({
    ...bind(`/srv/globex/.git${part}`, `/x${part}`, true),
    key: "workspace",
  }));
  const theirs = [{ client: "globex", what: "workspace", path: "/srv/globex" } as const];
  expect(judge([{ mounts: [bind("/srv/acme"), ...views, ...views] }], { ...facts, neighbours: theirs })).toMatchObject([
    {
      guardrail: "no-shared-workspace",
      path: "workspace",
      message: expect.stringMatching(/^\/srv\/globex\/.git is shared/),
    },
  ]);
  const kept = [{ path: "/srv/globex/.git/refs", what: "a place of ours" }];
  expect(found([bind("/srv/acme"), ...views], [], kept)).toEqual(["no-kept-place"]);
});

test.each([
  "/home",
  "/srv",
  "/mnt",
  "/tmp",
  "/opt",
  "/Users",
  "/home/bob",
  "/home/bob/.ssh",
  "/home/bob/.config/gcloud",
  "/Users/bob/.aws",
  "/Users/bob/Library/Keychains",
  "/home/bob/.mozilla/firefox",
  "/private/etc/ssh",
  "/private/tmp",
])("%s is refused, whoever runs pulumi: it is everybody's, or somebody's", (path) => {
  const told = judge([{ mounts: [bind(path, "/x", true)] }], { ...facts, home: "/root" });
  expect(told.map(({ guardrail }) => guardrail)).toContain("no-foreign-mount");
  expect(judge([{ mounts: [bind("/home/bob/projects/acme")] }], { ...facts, home: "/root" })).toEqual([]);
});

test.each([
  ["its state", `${project}/.state`],
  ["it as a whole", project],
  ["what holds it", "/home/ann/projects"],
  ["its program", `${project}/model`],
  ["its stack files", `${project}/stacks`],
  ["its examples as a whole", `${project}/examples`],
])("a sandbox that could see the project is refused: %s", (_case, path) => {
  expect(found([bind(path)])).toEqual(["no-own-project"]);
  expect(found([bind("/srv/acme"), bind(path, "/x", false)])).toEqual(["no-own-project"]);
  expect(found([bind("/srv/acme"), bind(path, "/x", true)])).toEqual(["no-own-project"]);
});

test("an example's directory is a workspace, and so is one beside the project", () => {
  for (const path of [`${project}/examples/acme-webapp`, `${project}-of-acme`, "/home/ann/projects/acme"])
    expect(found([bind(path)])).toEqual([]);
});

test.each([
  [2375, "Docker's API: it asks for nothing"],
  [2376, "Docker's API with TLS"],
  [22, "the secure shell"],
  [5901, "a remote desktop"],
  [6003, "a display"],
  [9229, "Node's debugger"],
  [10250, "the kubelet"],
  [16509, "libvirt"],
])("port %d of the host is refused: it hands the machine out", (port, says) => {
  expect(judge([], { ...facts, egress: { ...facts.egress, host: [5432, port] } })).toEqual([
    {
      guardrail: "no-root-port",
      level: "mandatory",
      path: "egress.host[1]",
      message: expect.stringContaining(says),
    },
  ]);
});

test("the port of an engine that is ruled over the network is no endpoint", () => {
  const engine = { host: "tcp://127.0.0.1:4711" };
  expect(judge([], { ...facts, engine, egress: { ...facts.egress, host: [4711] } })).toMatchObject([
    { guardrail: "no-root-port", path: "egress.host[0]", message: expect.stringContaining("this engine's own API") },
  ]);
});

test("of the LAN, what asks for nothing is refused, and what asks who is there is a declared choice", () => {
  const lan = (port: number) =>
    judge([], {
      ...facts,
      egress: { ...facts.egress, lan: { build: { address: "192.168.1.20", ports: [443, port] } } },
    }).map(({ path, guardrail }) => `${path} ${guardrail}`);
  for (const port of [2375, 2379, 10255, 6000, 6010, 3632, 4646, 5037, 7681])
    expect(lan(port)).toEqual(["egress.lan.build no-root-port"]);
  for (const port of [22, 2376, 6443, 11434, 5432]) expect(lan(port)).toEqual([]);
});

test("a workspace of root's is told with its chown, and one that is no client's with what it is", () => {
  const of = (path: string) =>
    refuseRoot(path, { ...facts, neighbours: [{ client: "globex", what: "workspace", path: "/srv/clients/globex" }] });
  expect(of("/srv/acme's")).toEqual([
    { path: "workspace", message: expect.stringMatching(/belongs to root.*: chown -R 1000:1000 '\/srv\/acme'\\''s'$/) },
  ]);
  for (const path of ["/", "/etc", "/home", "/home/ann", "/home/bob", "/srv", "/srv/clients", "/var/lib", project])
    for (const { message } of of(path)) {
      expect(message).not.toContain("chown");
      expect(message).toMatch(/\(guardrail no-/);
    }
});
