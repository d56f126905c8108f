import { useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { agents: ["shell"], tools: ["node"], profile: "offline" });

/**
 * A registry inside the sandbox, with one package: 1.0.0 is a month old, 1.1.0 an hour. Both have a script that leaves a mark. What
 * follows runs in an empty project.
 */
const REGISTRY = `
set -eu
work=$(mktemp -d)
cd "$work"
mkdir -p package project
for version in 1.0.0 1.1.0; do
  echo '{"name": "fresh", "version": "'$version'", "scripts": {"postinstall": "touch /tmp/ran"}}' >package/package.json
  tar -czf $version.tgz package
done
cat >registry.mjs <<'END'
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
const ago = (hours) => new Date(Date.now() - hours * 3600e3).toISOString();
const server = createServer(({ url, headers }, response) => {
  if (url.endsWith(".tgz")) return response.end(readFileSync("." + url.slice(url.lastIndexOf("/"))));
  const versions = Object.fromEntries(["1.0.0", "1.1.0"].map((version) => {
    const sha512 = createHash("sha512").update(readFileSync(version + ".tgz")).digest("base64");
    const dist = { tarball: "http://" + headers.host + "/fresh/-/" + version + ".tgz", integrity: "sha512-" + sha512 };
    return [version, { name: "fresh", version, scripts: { postinstall: "touch /tmp/ran" }, hasInstallScript: true, dist }];
  }));
  const time = { created: ago(720), modified: ago(1), "1.0.0": ago(720), "1.1.0": ago(1) };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ name: "fresh", "dist-tags": { latest: "1.1.0" }, versions, time }));
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
END
node registry.mjs >port &
trap 'kill %1; rm -rf "$work" /tmp/ran' EXIT
while ! [ -s port ]; do sleep 0.1; done
export npm_config_registry=http://127.0.0.1:$(cat port)/
cd project
echo '{"name": "project", "version": "0.0.0", "private": true}' >package.json
installed() {
  echo "$(node -p 'require("./node_modules/fresh/package.json").version')" "$([ -e /tmp/ran ] && echo its script ran || echo no script ran)"
}
`;

const run = async (script: string) => {
  const { code, stdout, stderr } = await acme.exec(`${REGISTRY}\n${script}`);
  return { code, said: stdout.trim().split("\n").at(-1), stderr };
};

beforeAll(() => acme.mustUp());

test("npm takes no release younger than three days, and runs no script of it", async () => {
  expect(await run("npm install fresh >/dev/null; installed")).toMatchObject({ said: "1.0.0 no script ran" });
});

test("npm does both when it is asked to, by name", async () => {
  const asked = "npm install --min-release-age=0 --ignore-scripts=false fresh >/dev/null; installed";
  expect(await run(asked)).toMatchObject({ said: "1.1.0 its script ran" });
});

test("pnpm takes no release younger than three days, and runs no script of it", async () => {
  expect(await run("pnpm add --registry=$npm_config_registry fresh >/dev/null; installed")).toMatchObject({
    said: "1.0.0 no script ran",
  });
});

test("pnpm does both when it is asked to, by name", async () => {
  const asked =
    "PNPM_CONFIG_MINIMUM_RELEASE_AGE=0 PNPM_CONFIG_IGNORE_SCRIPTS=false pnpm add --registry=$npm_config_registry --allow-build=fresh fresh >/dev/null; installed";
  expect(await run(asked)).toMatchObject({ said: "1.1.0 its script ran" });
});

describe("pip", () => {
  const WHEEL = `
set -eu
cd "$(mktemp -d)"
python3 - <<'END'
from zipfile import ZipFile
info = "fresh-1.0.dist-info/"
with ZipFile("fresh-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("fresh.py", "")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: fresh\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "")
END
python3 -m venv venv
`;

  test("installs into a virtual environment", async () => {
    const { stdout } = await acme.exec(
      `${WHEEL} venv/bin/pip install --quiet --no-index ./fresh-1.0-py3-none-any.whl; venv/bin/python -c 'import fresh; print("there")'`,
    );
    expect(stdout).toBe("there\n");
  });

  test("installs nowhere else, with no variable of the image either", async () => {
    for (const where of ["--user", "--target=/tmp/somewhere", "--user --break-system-packages"]) {
      const { code, text } = await acme.exec(
        `${WHEEL} env -i HOME=$HOME PATH=$PATH venv/bin/pip --python /usr/bin/python3 install ${where} --no-index ./fresh-1.0-py3-none-any.whl`,
      );
      expect([where, code, text]).toEqual([where, expect.any(Number), expect.stringMatching(/virtual ?env/)]);
      expect(code).not.toBe(0);
    }
  });

  // What pip 26 makes of it was measured (docs/decisions.md, D-25); Debian's own is older, and has to live with the line.
  test("is told the age of a release that it may take", async () => {
    const { stdout } = await acme.exec(`${WHEEL} venv/bin/pip config list`);
    expect(stdout).toContain("global.uploaded-prior-to='P3D'\n");
  });
});
