import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfImages } from "../../release/image-bill.ts";
import { target } from "../../target/target.ts";
import { ROOT, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const folder = join(project.folder, "fragment");
const file = join(folder, "Dockerfile.fragment");
const own = { packages: ["tree"], extend: file };
const acme = project.client("acme", { tools: ["sqlite"], image: own });
const imageOf = (container: string) => engine.ask("inspect", "--format", "{{.Config.Image}}", container);
const images: string[] = [];

const fragment = (...lines: string[]) => writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
const GOOD = [
  "# What acme's build needs.",
  "COPY rules/ /opt/acme/rules/",
  "RUN echo 'echo hello from acme' >/usr/local/bin/hello && \\",
  "    # as a tool's own installer does it",
  "    chmod 4755 /usr/local/bin/hello",
  "COPY corp.crt /usr/local/share/ca-certificates/corp.crt",
  "RUN update-ca-certificates",
  "USER dev",
  "RUN id -un >/tmp/who",
  "ENV ACME_RULES=/opt/acme/rules",
];

beforeAll(async () => {
  mkdirSync(join(folder, "rules"), { recursive: true });
  writeFileSync(join(folder, "rules/one"), "no tabs\n");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "/dev/null"];
  const authority = [
    "req",
    "-x509",
    ...key,
    "-subj",
    "/CN=of the image",
    "-days",
    "2",
    "-out",
    join(folder, "corp.crt"),
  ];
  execFileSync("openssl", authority, { stdio: "pipe" });
  writeFileSync(join(folder, "unnamed.txt"), "never in an image\n");
  fragment(...GOOD);
  await acme.mustUp();
  images.push(await imageOf(acme.agent));
});
afterAll(async () => {
  await project.remove();
  // Made by this file alone; another client's container keeps its own.
  for (const image of new Set(images)) await engine.run("rmi", image);
});

test("tool sets, packages and a Dockerfile fragment are in the client's image, on top of the shared one", async () => {
  const { stdout } = await acme.exec(
    'sqlite3 --version | cut -c 1; tree --version | cut -d " " -f 1; hello; cat "$ACME_RULES/one" /tmp/who 2>&1; id -un; pwd',
  );
  expect(stdout).toBe("3\ntree\nhello from acme\nno tabs\ncat: /tmp/who: No such file or directory\ndev\n/workspace\n");
  expect((await acme.exec("find / -xdev -name unnamed.txt 2>/dev/null")).stdout).toBe("");
});

test("what a fragment has the distribution trust is trusted beside the client's `ca`", async () => {
  const subjects =
    "openssl storeutl -noout -text -certs /etc/ssl/certs/ca-certificates.crt | grep -o 'Subject: CN *=.*'";
  const { stdout } = await acme.exec(`readlink /etc/ssl/certs/ca-certificates.crt; ${subjects}`);
  expect(stdout).toMatch(/^\/run\/agent-sandbox\/ca\.pem\n/);
  expect(stdout).toMatch(/of the image\n(.*\n)*.*fake internet\n$/);
});

test("no file of the image is setuid or setgid, whatever the fragment made", async () => {
  const all = await engine.ask(
    "run",
    "--rm",
    "--user",
    "0:0",
    "--network",
    "none",
    "--entrypoint",
    "find",
    images[0]!,
    "/",
    "-xdev",
    "-type",
    "f",
    "-perm",
    "/6000",
  ); // prettier-ignore
  expect(all).toBe("");
});

test("a client that says the same has the same image", async () => {
  const globex = project.client("globex", { tools: ["sqlite"], image: own });
  const { stdout } = await globex.preview("--json");
  expect(stdout).toContain(images[0]!);
});

describe("when its image cannot be built", () => {
  test("the up fails with what the build said, and the agent goes on with the image it has", async () => {
    const before = await acme.running();
    fragment(...GOOD, "RUN echo the cause of it >&2; exit 3");
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/the cause of it/);
    // Below what Pulumi shows of all other steps.
    expect(text.trimEnd()).toMatch(
      /the cause of it\n.* could not be built \(echo the cause of it >&2; exit 3: exit code: 3\); everything is as it was$/,
    );
    expect(await acme.running()).toEqual(before);
    expect(await imageOf(acme.agent)).toBe(images[0]);
  });

  test("an image that lacks what a sandbox needs is refused by what it lacks, before the agent is replaced", async () => {
    const before = await acme.running();
    fragment(...GOOD, "USER root", "RUN rm /usr/bin/jq /usr/local/bin/enter");
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/has no program \/usr\/local\/bin\/enter/);
    expect(text).toMatch(/has no command jq/);
    expect(await acme.running()).toEqual(before);
    // Only here are images extended; other suites' own are being checked all the while.
    const left = await engine.ask("images", "--format", "{{.Repository}}:{{.Tag}}", "agent-sandbox/extended");
    expect(left).not.toMatch(/-unchecked/);
  });

  test("the next good up goes on", async () => {
    fragment(...GOOD, "ENV ACME_NEW=1");
    const before = await acme.running();
    await acme.mustUp();
    images.push(await imageOf(acme.agent));
    expect(images[1]).not.toBe(images[0]);
    expect((await acme.running()).gateway).toBe(before.gateway);
    expect((await acme.exec("echo $ACME_NEW; hello")).stdout).toBe("1\nhello from acme\n");
  });
});

test("the bill of a release's images tells the packages that are in them, and names an image that is not there", async () => {
  const { engine: found } = await target.survey(target.find());
  const { bill } = await billOfImages(ROOT, found);
  const image = await imageOf(acme.gateway);
  const parts = bill.dependencies?.find(({ ref }) => ref === image)?.dependsOn ?? [];
  // Asked in another way than the bill does.
  const known = await engine.ask("exec", acme.gateway, "cat", "/var/lib/dpkg/status");
  const field = (paragraph: string, name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(paragraph)?.[1];
  const there = known.split("\n\n").filter((one) => field(one, "Status") === "install ok installed");
  expect(there.length).toBeGreaterThan(80);
  expect(parts.map((part) => decodeURIComponent(part.replace(/^pkg:deb\/debian\/|\?.*$/g, ""))).sort()).toEqual(
    there.map((one) => `${field(one, "Package")}@${field(one, "Version")}`).sort(),
  );
  expect(await target.images.packages(found, "agent-sandbox/agent:of-nobody")).toEqual({
    unseen: expect.stringMatching(/no such image/i),
  });
});
