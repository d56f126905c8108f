import type { Mount, Workload } from "../../model/container/workload.ts";
import { type GuardrailFacts, guardrails, judge } from "../../model/guardrails.ts";

const project = "/home/ann/projects/agent-sandbox";
const bind = (source: string, at = "/workspace", readOnly = false): Mount => ({ kind: "bind", source, at, readOnly });
const found = (mounts: Mount[], neighbours: GuardrailFacts["neighbours"] = []) =>
  judge([{ mounts } as unknown as Workload], { home: "/home/ann", project, neighbours, profile: "standard" }).map(
    ({ guardrail }) => guardrail,
  );

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
])("%s is refused: it is not the client's", (path) => {
  expect(found([bind(path)])).toContain("no-foreign-mount");
});

test("a path that only starts like a refused one is fine", () => {
  expect(found([bind("/home/ann/.sshkeys-of-acme"), bind("/etcetera", "/x"), bind("/mnt/cdrom", "/y")])).toEqual([]);
});

test.each([
  ["the same", "/home/ann/acme"],
  ["one above", "/home/ann"],
  ["one below", "/home/ann/acme/sub"],
])("two clients that write one directory are refused: %s", (_case, path) => {
  for (const what of ["workspace", "mount"] as const)
    expect(found([bind("/home/ann/acme")], [{ client: "globex", what, path }])).toContain("no-shared-workspace");
});

test("reading along in a neighbour's directory is a declared choice, writing there is not", () => {
  const neighbours = [{ client: "globex", what: "workspace", path: "/srv/globex" }] as const;
  expect(found([bind("/srv/globex", "/docs", true)], neighbours)).toEqual([]);
  expect(found([bind("/srv/globex", "/docs", false)], neighbours)).toEqual(["no-shared-workspace"]);
});

test.each([
  ["it as a whole", project],
  ["what holds it", "/home/ann/projects"],
  ["its program", `${project}/model`],
  ["its stack files", `${project}/stacks`],
  ["its examples as a whole", `${project}/examples`],
])("a sandbox that could write the project is refused: %s", (_case, path) => {
  expect(found([bind(path)])).toEqual(["no-own-project"]);
  expect(found([bind("/srv/acme"), bind(path, "/x", false)])).toEqual(["no-own-project"]);
  expect(found([bind("/srv/acme"), bind(path, "/x", true)])).toEqual([]);
});

test("an example's directory is a workspace, and so is one beside the project", () => {
  for (const path of [`${project}/examples/acme-webapp`, `${project}-of-acme`, "/home/ann/projects/acme"])
    expect(found([bind(path)])).toEqual([]);
});

test("the open web is a warning, and no other profile is", () => {
  const facts = { home: "/home/ann", project, neighbours: [] };
  expect(judge([], { ...facts, profile: "web" })).toMatchObject([
    {
      guardrail: "no-open-web",
      level: "advisory",
      path: "profile",
      message: expect.stringContaining("ANY PUBLIC HOST"),
    },
  ]);
  for (const profile of ["standard", "lockdown", "offline"] as const)
    expect(judge([], { ...facts, profile })).toEqual([]);
});

test("every guardrail says its rule", () => {
  for (const { name, rule } of guardrails) {
    expect(name).toMatch(/^no-[a-z-]+$/);
    expect(rule).toMatch(/\.$/);
  }
});
