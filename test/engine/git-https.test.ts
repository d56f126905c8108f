import { useProject } from "./harness.ts";
import { tokenOf } from "./internet/git.ts";

const project = useProject();
const { internet } = project;
const acme = project.client("acme");
/** Run in the home, where no repository is yet: a failing line ends it. */
const run = (script: string) => acme.exec(`set -euo pipefail; cd; ${script}`);
const must = async (script: string) => {
  const { code, stdout, text } = await run(script);
  if (code !== 0) throw new Error(`exit ${code}\n${text}`);
  return stdout;
};
/** A new repository with one commit, pushed. */
const publish = (url: string, folder: string) =>
  must(
    `git clone -q ${url} ${folder}; cd ${folder}; echo ${folder} > name; git add .; git commit -qm one; git push -q`,
  );

/** `https://code.test bot:token` of `https://code.test Basic Ym90…`. */
const decoded = (line: string) => {
  const [site, , credentials = ""] = line.split(" ");
  return `${site} ${Buffer.from(credentials, "base64")}`;
};

beforeAll(async () => {
  acme.shell = { CODE: tokenOf("code.test"), PARTNER: tokenOf("partner.test"), STALE: "token-of-last-year" };
  acme.write({
    egress: { allow: ["code.test", "partner.test", "tokenless.test", "stale.test"] },
    git: {
      ...{ name: "acme-bot", email: "bot@acme.example" },
      tokens: { "code.test": { env: "CODE" }, "partner.test": { env: "PARTNER" }, "stale.test": { env: "STALE" } },
    },
  });
  await acme.mustUp();
  await publish("https://code.test/acme/app.git", "app");
});

describe("git over HTTPS", () => {
  test("clones, fetches and pushes with the host's token", async () => {
    await must(
      "git clone -q https://code.test/acme/app.git again; cd again; echo two > name; git commit -qam two; git push -q",
    );
    expect(await must("cd app; git pull -q; cat name; git log --format=%an")).toBe("two\nacme-bot\nacme-bot\n");
    expect(await must("git ls-remote https://code.test/acme/app.git | cut -f 2")).toBe("HEAD\nrefs/heads/main\n");
  });

  test("pushes 32 MiB, and gets them back", async () => {
    await must(
      "cd app; head -c 33554432 /dev/urandom > big; sha256sum big > sum; git add .; git commit -qm big; git push -q",
    );
    expect(await must("git clone -q https://code.test/acme/app.git large; cd large; sha256sum --check sum")).toBe(
      "big: OK\n",
    );
  });

  test("has large files: they are at the host whole, and in the repository by their names", async () => {
    await must(
      [
        "git clone -q https://code.test/acme/media.git media; cd media; git lfs install --local > /dev/null",
        "git lfs track '*.bin' > /dev/null; head -c 5000000 /dev/urandom > a.bin; sha256sum a.bin > sum",
        "git add .; git commit -qm media; git push -q",
      ].join("\n"),
    );
    expect(await must("cd media; git cat-file -p HEAD:a.bin")).toMatch(/^version https:\/\/git-lfs.*\noid sha256:/);
    expect(await must("git clone -q https://code.test/acme/media.git copy; cd copy; sha256sum --check sum")).toBe(
      "a.bin: OK\n",
    );
    const names = "GIT_LFS_SKIP_SMUDGE=1 git clone -q https://code.test/acme/media.git names; head -c 7 names/a.bin";
    expect(await must(names)).toBe("version");
    // As where hooks are masked: git-lfs has none in the repository.
    await must(
      [
        "cd copy; rm -f .git/hooks/*; head -c 100000 /dev/urandom > c.bin; sha256sum c.bin > sum; git add .",
        "git commit -qm more; git lfs push origin main > /dev/null; git push -q",
      ].join("\n"),
    );
    expect(await must("cd media; git pull -q; sha256sum --check sum")).toBe("c.bin: OK\n");
  });

  test("follows submodules, of the same host and of another one with its own token", async () => {
    await publish("https://code.test/acme/lib.git", "lib");
    await publish("https://partner.test/shared/ui.git", "ui");
    await must(
      [
        "git clone -q https://code.test/acme/whole.git whole; cd whole",
        "git submodule --quiet add ../lib.git lib; git submodule --quiet add https://code.test/acme/app.git app",
        "git submodule --quiet add https://partner.test/shared/ui.git ui; git commit -qm whole; git push -q",
      ].join("\n"),
    );
    const said = await must(
      "git clone -q --recurse-submodules https://code.test/acme/whole.git parts; cat parts/{lib,app,ui}/name",
    );
    expect(said).toBe("lib\ntwo\nui\n");
  });
});

describe("a host that git may not reach, or not with a token, is told of", () => {
  /** A repository of the project's own host that leads to another one. */
  const astray = (folder: string, url: string) =>
    must(
      [
        `git clone -q https://code.test/acme/${folder}.git ${folder}; cd ${folder}`,
        `printf '[submodule "x"]\\n\\tpath = x\\n\\turl = %s\\n' '${url}' > .gitmodules`,
        'git update-index --add --cacheinfo "160000,$(git -C ../app rev-parse HEAD),x"; git add .gitmodules',
        "git commit -qm astray; git push -q",
      ].join("\n"),
    );

  test("a submodule of a host that is not open", async () => {
    await astray("rogue", "https://evil.test/x.git");
    const { packets } = await internet.arrived("evil");
    const { code, text } = await run("git clone -q --recurse-submodules https://code.test/acme/rogue.git out");
    expect([code, text]).toEqual([1, expect.stringContaining("Could not resolve host: evil.test")]);
    expect((await internet.arrived("evil")).packets).toBe(packets);
    expect(await acme.audit()).toContainEqual(expect.objectContaining({ kind: "dns", name: "evil.test" }));
  });

  test("a submodule, and a server of large files, of a host that has no token here", async () => {
    const lacks = "this sandbox has no token for tokenless.test. A person gives one: git.tokens: {";
    await astray("foreign", "https://tokenless.test/x.git");
    const { code, text } = await run("git clone -q --recurse-submodules https://code.test/acme/foreign.git foreign2");
    expect([code, text]).toEqual([1, expect.stringContaining(lacks)]);
    expect(text).toContain("terminal prompts disabled");
    const large = await run(
      "cd media; git config -f .lfsconfig lfs.url https://tokenless.test/x.git/info/lfs; echo > b.bin; git add .; git commit -qm astray; git push",
    );
    expect([large.code, large.text]).toEqual([1, expect.stringContaining(lacks)]);
  });

  test("a token that its host does not take: git says so, at a terminal too, and asks nobody", async () => {
    const clone = "git clone https://stale.test/x.git";
    for (const line of [clone, `timeout 20 script -qec '${clone}' /dev/null`]) {
      const { code, text } = await run(line);
      expect([code, text]).toEqual([
        128,
        expect.stringContaining("Authentication failed for 'https://stale.test/x.git/'"),
      ]);
      expect(text).toContain("stale.test refused this sandbox's token");
      expect(text).not.toMatch(/Username|Password/);
    }
  });
});

describe("no token goes to another place, whatever a repository says", () => {
  const settings = (...said: string[]) => said.map((one) => `-c '${one}'`).join(" ");
  test.each([
    ["a redirect", "git ls-remote https://code.test/moved/tokenless.test/x.git"],
    ["a name before an @", "git ls-remote https://code.test@tokenless.test/x.git"],
    ["HTTP", "git ls-remote http://code.test/acme/app.git"],
    ["a line's end", "git ls-remote https://tokenless.test%0ahost=code.test/x.git"],
    [
      "a line's end in the path",
      "git -c credential.useHttpPath=true ls-remote 'https://tokenless.test/x%0ahost=code.test.git'",
    ],
    [
      "another address for the own one",
      `git ${settings("url.https://tokenless.test/.insteadOf=https://code.test/")} ls-remote https://code.test/acme/app.git`,
    ],
    [
      "HTTP for the own one",
      `git ${settings("url.http://code.test/.insteadOf=https://code.test/")} ls-remote https://code.test/acme/app.git`,
    ],
    ["a proxy", `git ${settings("http.proxy=http://tokenless.test:80")} ls-remote https://code.test/acme/app.git`],
    [
      "a proxy that asks who it is",
      `git ${settings("http.proxy=https://x@tokenless.test:443")} ls-remote https://code.test/acme/app.git`,
    ],
    [
      "no judgement of certificates",
      `git ${settings("http.sslVerify=false")} ls-remote https://code.test/acme/app.git`,
    ],
    [
      "no judgement, of one host",
      `git ${settings("http.https://code.test/.sslVerify=false")} ls-remote https://code.test/acme/app.git`,
    ],
  ])("%s", async (_what, command) => {
    const before = (await internet.shown()).length;
    const { code, text } = await run(command);
    expect([code, text]).toEqual([128, expect.stringMatching(/^fatal: |\nfatal: /)]);
    const shown = (await internet.shown()).slice(before).map(decoded);
    expect(shown.filter((line) => line.includes("token-of-"))).toEqual([]);
  });

  test("a redirect to a host that has a token here is asked with that one", async () => {
    expect(await must("git ls-remote https://code.test/moved/partner.test/shared/ui.git | wc -l")).toBe("2\n");
  });

  test("in all of this each token arrived at its own host, and nowhere else", async () => {
    const arrived = (await internet.shown()).map(decoded);
    expect([...new Set(arrived.filter((line) => line.includes("token-of-")))].sort()).toEqual([
      `https://code.test x-access-token:${tokenOf("code.test")}`,
      `https://partner.test x-access-token:${tokenOf("partner.test")}`,
      "https://stale.test x-access-token:token-of-last-year",
    ]);
  });
});
