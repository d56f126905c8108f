import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountPoints } from "../../host/file-systems.ts";
import { writableDirectories } from "../../host/writable.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { surveyDirectories } from "./look.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "directories-")));
  for (const directory of ["stacks", "workspace/sub", "shared/sub", "globex/sub", "data/sub", "docs/sub"])
    mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(
    join(root, "stacks/Pulumi.globex.yaml"),
    `config:
  agent-sandbox:workspace: globex
  agent-sandbox:mounts: '[{"host": "data", "at": "/data", "mode": "rw"}]'
`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const shared = { host: "shared", at: "/shared", mode: "rw" };
const told = (workspace: string, ...mounts: object[]) => {
  const spec = parseSpec({ workspace, mounts }).spec!;
  return surveyDirectories(spec, root, writableDirectories("acme", spec, root))
    .problems.filter(({ message }) => !message.includes("belongs to root"))
    .map(({ path, message }) => `${path}: ${message}`);
};

test("directories beside each other are fine, and so is reading what another client writes", () => {
  const read = ["docs", "docs/sub", "globex", "data"].map((host) => ({ host, at: `/read/${host}` }));
  expect(told("workspace", shared, ...read)).toEqual([]);
});

test("a directory with another file system in it is refused: engines leave that one writable", () => {
  const table = ["docs/usb drive", "workspace", "docs-of-others/x"].map(
    (path) => `36 35 98:0 / ${join(root, path).replaceAll(" ", "\\040")} rw - ext4 /dev/x rw`,
  );
  const spec = parseSpec({ workspace: "workspace", mounts: [{ host: "docs", at: "/docs" }] }).spec!;
  const { problems } = surveyDirectories(spec, root, [], mountPoints(table.join("\n")));
  expect(problems.filter(({ path }) => path !== "workspace")).toEqual([
    {
      path: "mounts[0].host",
      message: `docs has another file system in it (${root}/docs/usb drive), which a sandbox would show as one that can be written; unmount it, or name a directory beside it`,
    },
  ]);
  expect(problems.some(({ message }) => message.includes("workspace has"))).toBe(false);
  expect(mountPoints()).toContain("/");
});

test("a mount in another one needs a directory there, and no link", () => {
  const nested = (at: string) => told("workspace", { host: "docs", at: "/docs" }, { host: "globex", at });
  expect(nested("/docs/sub")).toEqual([]);
  expect(nested("/docs/none/deep")).toEqual([
    `mounts[1].at: /docs/none/deep lies in the mount /docs, and ${root}/docs/none is no directory, in which it could lie; make it (mkdir), or choose a place of its own, like /deep`,
  ]);
  symlinkSync("sub", join(root, "docs/link"));
  expect(nested("/docs/link")).toEqual([expect.stringContaining(`${root}/docs/link is no directory`)]);
});

test.each([
  ["workspace/sub", "inside the workspace"],
  ["shared/sub", "inside the mount shared"],
  ["globex/sub", "inside the workspace of globex"],
  ["data/sub", "inside the mount data of globex"],
])("a mount of %s is refused: an agent can put a link to anywhere in its place", (host, where) => {
  for (const mode of ["ro", "rw"])
    expect(told("workspace", shared, { host, at: "/more", mode })).toEqual([
      `mounts[1].host: ${host} is ${where}, where an agent can change it; keep it outside`,
    ]);
});

test("a mount by a link that an agent can turn is refused, wherever it leads now", () => {
  symlinkSync(join(root, "docs"), join(root, "workspace/link"));
  symlinkSync(join(root, "workspace/link"), join(root, "way"));
  for (const host of ["workspace/link", "way", "way/sub"])
    expect(told("workspace", { host, at: "/more" }).join()).toMatch(/^mounts\[0\]\.host: .* is inside the workspace/);
});

test("a workspace inside a mount that is written is refused as well", () => {
  expect(told("shared/sub", shared)).toEqual([
    "workspace: shared/sub is inside the mount shared, where an agent can change it; keep it outside",
  ]);
});

test("a workspace that its owner cannot use is told with its mode; one that is not there, a file and a loop as what they are", () => {
  writeFileSync(join(root, "file"), "");
  symlinkSync("loop", join(root, "loop"));
  for (const [mode, said] of [
    [0o500, "0500"],
    [0o600, "0600"],
    [0o070, "0070"],
  ] as const) {
    chmodSync(join(root, "workspace"), mode);
    expect(told("workspace")).toEqual([
      `workspace: workspace cannot be used by its owner, as whom the agent runs (mode ${said}); chmod u+rwx it`,
    ]);
  }
  chmodSync(join(root, "workspace"), 0o700);
  expect(told("workspace")).toEqual([]);
  expect(told("nowhere")).toEqual([expect.stringMatching(/nowhere does not exist; create it/)]);
  expect(told("file")).toEqual(["workspace: file is not a directory"]);
  expect(told("file/sub")).toEqual([expect.stringMatching(/leads through a file/)]);
  expect(told("loop")).toEqual([expect.stringMatching(/a link that leads back to itself/)]);
});
