import { tmpdir } from "node:os";
import { type Disk, warnOfFullDisks } from "./disk.ts";
import { surveyDisks } from "./disks.ts";

const disk = (more: Partial<Disk>): Disk => ({
  key: "workspace",
  what: "the workspace",
  path: "/srv/acme",
  bytes: 0.5,
  inodes: 0.5,
  ...more,
});

test("a file system with room is not spoken of", () => {
  expect(warnOfFullDisks([disk({}), disk({ bytes: 0.05, inodes: 0.05 })])).toEqual([]);
});

test("a file system that is nearly full is told, with what runs out and what to do, before an agent fills it", () => {
  const told = warnOfFullDisks([
    disk({ bytes: 0.049 }),
    disk({ key: "volumes", what: "the engine's volumes", path: "/var/lib/docker", bytes: 0, inodes: 0.001 }),
  ]);
  expect(told).toEqual([
    {
      path: "workspace",
      message:
        "the file system of /srv/acme (the workspace) has 4 % of its bytes left, and nothing bounds what an agent writes there; free some, or move it to one of its own",
    },
    {
      path: "volumes",
      message:
        "the file system of /var/lib/docker (the engine's volumes) has 0 % of its bytes and 0 % of its inodes left, and nothing bounds what an agent writes there; free some, or move it to one of its own",
    },
  ]);
});

test("what is left is read of the workspace, and of the engine's directory where it is on this machine", () => {
  const found = surveyDisks(tmpdir(), "/no/such/engine");
  expect(found.map(({ key }) => key)).toEqual(["workspace"]);
  expect(surveyDisks(tmpdir(), tmpdir()).map(({ key }) => key)).toEqual(["workspace", "volumes"]);
  for (const { bytes, inodes } of found) {
    expect(bytes).toBeGreaterThanOrEqual(0);
    expect(bytes).toBeLessThanOrEqual(1);
    expect(inodes).toBeGreaterThanOrEqual(0);
    expect(inodes).toBeLessThanOrEqual(1);
  }
});
