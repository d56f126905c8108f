import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const work = mkdtempSync(join(tmpdir(), "agent-sandbox-release-test-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What `make release` leaves, as it is called, with the umask of a person who is careful. */
function released(name: string, umask: string): string {
  const out = join(work, name);
  execFileSync("sh", ["-c", `umask ${umask}; exec "$0" release/release.ts "$1"`, process.execPath, out], {
    cwd: ROOT,
    stdio: "ignore",
  });
  return out;
}

test("two runs give the same bytes, and the package has images and policies, and no test", () => {
  const [one, other] = [released("one", "022"), released("other", "077")];
  const sums = readFileSync(join(one, "SHA256SUMS"), "utf8");
  expect(readFileSync(join(other, "SHA256SUMS"), "utf8")).toBe(sums);
  execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: one, stdio: "ignore" });
  const [tarball = ""] = readdirSync(one).filter((file) => file.endsWith(".tgz"));
  const files = execFileSync("tar", ["tzf", join(one, tarball)], { encoding: "utf8" })
    .split("\n")
    .map((file) => file.replace("package/", ""));
  const tracked = execFileSync("git", ["ls-files", "images", "policies/services", "policies/guards"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  // An image's tag is the hash of its folder: of one version it is the same by a checkout and by a package.
  expect(files).toEqual(expect.arrayContaining(tracked.split("\n").filter((file) => file && !file.endsWith(".ts"))));
  expect(files).toEqual(
    expect.arrayContaining([
      "agent-sandbox.js",
      "agent-sandbox.d.ts",
      "prebuilt/gatewayd-amd64",
      "prebuilt/gatewayd-arm64",
    ]),
  );
  expect(files.filter((file) => /^(test|stacks)\/|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
}, 600_000);
