import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { GIT_KEYS, type GitKeys } from "../../plan/git-keys.ts";
import { useProject } from "./harness.ts";

/* Git over SSH through the gateway, against a real sshd and git: in a container without a network, of the agent's own image, each connection an `sshd -i`. */

const project = useProject();
const { engine, internet } = project;
const GIT = { name: "acme-bot", email: "bot@acme.example", ssh: "generate" };
const EGRESS = {
  allow: [
    { host: "forge.test", ports: [22, 2222] },
    { host: "stranger.test", ports: [22] },
  ],
};
const acme = project.client("acme", { egress: EGRESS, git: GIT });
const forge = `git-ssh-forge-${randomBytes(4).toString("hex")}`;
const volume = `${acme.name}-git-keys`;
let server: net.Server;
let hostKey: string;
let made: GitKeys;

const inForge = (script: string) => engine.must(["docker", "exec", forge, "bash", "-euc", script]);
const URL = "dev@forge.test:/tmp/acme.git";

beforeAll(async () => {
  await acme.mustUp();
  made = await keys();
  const image = (await engine.inspect(acme.agent)).Config.Image;
  await engine.ask(
    "run",
    "--detach",
    "--rm",
    "--name",
    forge,
    "--network",
    "none",
    "--entrypoint",
    "sleep",
    image,
    "infinity",
  );
  await inForge(`cd /tmp; ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f other
    git init -q --bare -b main acme.git; install -m 0600 /dev/null allowed
    printf '%s\n' 'HostKey /tmp/host' 'AuthorizedKeysFile /tmp/allowed' 'StrictModes no' 'UsePAM no' 'PidFile none' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' >sshd_config`);
  hostKey = (await inForge("cut -d' ' -f1,2 /tmp/host.pub")).trim();
  server = net.createServer((socket) => {
    const sshd = spawn("docker", ["exec", "-i", forge, "/usr/sbin/sshd", "-i", "-e", "-f", "/tmp/sshd_config"], {
      env: engine.environment(),
    });
    socket.on("error", () => sshd.kill()).pipe(sshd.stdin.on("error", () => {}));
    sshd.stdout.pipe(socket);
  });
  await new Promise<void>((done) => server.listen(internet.forge, done));
});
afterAll(async () => {
  server?.close();
  rmSync(internet.forge, { force: true });
  await engine.run("rm", "--force", forge);
});

/** As the stack's outputs have them. */
async function keys(): Promise<GitKeys> {
  const { authentication, signing } = (await acme.outputs()).gitKeys;
  return { authentication, signing };
}

/** The stack file with the forge's host key, and what else. */
const knowing = (lines: string[], git: object = {}) =>
  acme.write({ egress: EGRESS, git: { ...GIT, knownHosts: lines, ...git } });

describe("the keys of a client", () => {
  test("are two, made for it, and their public halves are outputs with what to do with them", async () => {
    const { gitKeys } = await acme.outputs();
    for (const name of GIT_KEYS) expect(made[name]).toMatch(new RegExp(`^ssh-ed25519 AAAA\\S+ ${acme.name}-${name}$`));
    expect(made.authentication.split(" ")[1]).not.toBe(made.signing.split(" ")[1]);
    expect(gitKeys.next).toMatch(/authentication .*deploy key.*signing key/);
    for (const name of GIT_KEYS)
      expect((await acme.exec(`cat /run/git-keys/${name}.pub`)).stdout).toBe(`${made[name]}\n`);
  });

  test("the agent can use, and neither change nor remove nor put others in their place", async () => {
    const { text } = await acme.exec(
      "stat -c %A /run/git-keys/signing; cd /run/git-keys; for try in 'rm -f signing' 'echo x >signing.pub' 'mv signing signed' 'chmod u+w signing' 'touch new' 'mv /run/git-keys /run/other' 'mount -o remount,rw /run/git-keys'; do bash -c \"$try\" 2>&1 && echo DONE; done",
    );
    expect(text).toMatch(/^-r--------\n/);
    expect(text).not.toContain("DONE");
    expect(text.match(/Read-only|Permission|not permitted|must be superuser|busy/gi)?.length).toBeGreaterThanOrEqual(7);
  });

  test("have their private halves nowhere but in the volume", async () => {
    const secrets = await Promise.all(
      GIT_KEYS.map(async (name) => (await acme.exec(`sed -n 3p /run/git-keys/${name}`)).stdout.trim()),
    );
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9+/]{70}$/);
    const { containers, volumes } = await engine.residue(acme.name);
    const seen = [JSON.stringify(await acme.outputs("--show-secrets"))];
    for (const name of [...containers, ...volumes]) seen.push(await engine.ask("inspect", name));
    for (const name of containers) seen.push((await engine.run("logs", name)).text);
    for (const folder of ["state", "stacks"])
      for (const name of readdirSync(join(project.folder, folder), { recursive: true, encoding: "utf8" })) {
        const path = join(project.folder, folder, name);
        if (statSync(path).isFile()) seen.push(readFileSync(path, "latin1"));
      }
    expect(seen.some((text) => text.includes(made.signing.split(" ")[1]!))).toBe(true);
    for (const secret of secrets)
      expect(seen.filter((text) => text.includes(secret)).map((text) => text.slice(0, 99))).toEqual([]);
  });
});

describe("a host", () => {
  const clone = (url: string, into = "/tmp/clone") =>
    acme.exec(`rm -rf ${into}; GIT_TERMINAL_PROMPT=0 timeout 60 git clone ${url} ${into} </dev/null`);

  test("that nobody declares is refused, and asks nothing", async () => {
    expect(await clone(URL)).toMatchObject({
      code: 128,
      stderr: expect.stringMatching(/No ED25519 host key is known for forge.test/),
    });
  });

  test("whose declared key is another is refused", async () => {
    await inForge(`echo '${made.authentication}' >/tmp/allowed`);
    knowing([`forge.test ${await inForge("cut -d' ' -f1,2 /tmp/other.pub")}`]);
    await acme.mustUp();
    expect(await clone(URL)).toMatchObject({
      code: 128,
      stderr: expect.stringContaining("REMOTE HOST IDENTIFICATION HAS CHANGED"),
    });
  });

  test("that is declared is cloned from and pushed to, signed; on another port as well, and no other name of the same address", async () => {
    const before = await acme.running();
    knowing([`forge.test ${hostKey}`, `[forge.test]:2222 ${hostKey}`]);
    const { text } = await acme.mustUp();
    expect(text).toMatch(/ssh-hosts +\S? ?.*forge\.test/);
    expect(await acme.running()).toEqual(before);
    expect(await clone(URL)).toMatchObject({ code: 0 });
    expect(
      await acme.exec(
        "cd /tmp/clone && echo 1 >file && git add file && git commit -qm one && git push -q origin HEAD:main",
      ),
    ).toMatchObject({ code: 0 });
    expect(
      await inForge(
        "git -C /tmp/acme.git log -1 --format=%s%n%an%n%G? main 2>/dev/null; git -C /tmp/acme.git cat-file commit main",
      ),
    ).toMatch(/^one\nacme-bot\n(.|\n)*BEGIN SSH SIGNATURE/);
    expect(await clone("ssh://dev@forge.test:2222/tmp/acme.git", "/tmp/other")).toMatchObject({ code: 0 });
    expect((await clone("dev@stranger.test:/tmp/acme.git", "/tmp/other")).stderr).toMatch(
      /No ED25519 host key is known for stranger.test/,
    );
  });

  test("that the client has no key for lets nobody in: no password is asked, no other key tried", async () => {
    await inForge("cat /tmp/other.pub >/tmp/allowed");
    expect(await clone(URL, "/tmp/other")).toMatchObject({
      code: 128,
      stderr: expect.stringContaining("Permission denied (publickey)"),
    });
    await inForge(`echo '${made.authentication}' >/tmp/allowed`);
  });
});

describe("a commit", () => {
  test("is signed, and verifies inside and outside with the output; one that is signed with another key, or not at all, does not", async () => {
    const verify = async (allowed: string, rev: string) =>
      engine.run(
        "exec",
        forge,
        "bash",
        "-euc",
        `cd /tmp/acme.git; printf 'acme namespaces="git" %s\n' '${allowed}' >/tmp/signers; git -c gpg.ssh.allowedSignersFile=/tmp/signers verify-commit ${rev}`,
      );
    expect(await acme.exec("cd /tmp/clone && git verify-commit HEAD")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`Good "git" signature for ${acme.name} with ED25519 key`),
    });
    expect(await verify(made.signing, "main")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Good "git" signature for acme'),
    });
    expect((await verify(made.authentication, "main")).code).not.toBe(0);
    const other =
      "ssh-keygen -q -t ed25519 -N '' -f /tmp/mine; git -c user.signingKey=/tmp/mine commit -q --allow-empty -m forged";
    expect(
      await acme.exec(
        `cd /tmp/clone && ${other} && ! git verify-commit HEAD && git reset -q --hard HEAD^ && git -c commit.gpgSign=false commit -q --allow-empty -m bare && ! git verify-commit HEAD`,
      ),
    ).toMatchObject({ code: 0 });
  });

  test("is not signed where the stack file says so, and no container is made anew for it", async () => {
    const before = await acme.running();
    knowing([`forge.test ${hostKey}`], { sign: false });
    await acme.mustUp();
    expect(
      await acme.exec("cd /tmp/clone && git commit -q --allow-empty -m unsigned && git cat-file commit HEAD"),
    ).toMatchObject({ code: 0, stdout: expect.not.stringContaining("SIGNATURE") });
    expect(await acme.running()).toEqual(before);
    knowing([`forge.test ${hostKey}`]);
  });
});

describe("the keys stay", () => {
  test("over an up that changes nothing, and over another container of the agent's", async () => {
    await acme.mustUp();
    expect(await acme.plannedChanges()).toEqual({});
    const { agent } = await acme.running();
    acme.write({ egress: EGRESS, git: { ...GIT, name: "other-bot", knownHosts: [`forge.test ${hostKey}`] } });
    await acme.mustUp();
    expect((await acme.running()).agent).not.toBe(agent);
    expect(await keys()).toEqual(made);
    expect((await acme.exec("cat /run/git-keys/signing.pub")).stdout).toBe(`${made.signing}\n`);
  });

  test("and what somebody on the host replaced is told by verify and by a preview, whatever is there instead", async () => {
    const image = (await engine.inspect(acme.gateway)).Config.Image;
    const onHost = (script: string) =>
      engine.ask(
        "run",
        "--rm",
        "--network",
        "none",
        "--entrypoint",
        "bash",
        "-v",
        `${volume}:/k`,
        image,
        "-euc",
        script,
      );
    await onHost("cp -a /k/signing.pub /k/kept");
    for (const instead of [
      "cat /k/authentication.pub >/k/signing.pub",
      "ln -sf /etc/passwd /k/signing.pub",
      "head -c 100000000 /dev/zero >/k/signing.pub",
      "mkfifo /k/signing.pub",
      "printf '\\033[2Jssh-ed25519 AAAA\\n' >/k/signing.pub",
    ]) {
      await onHost(`rm -f /k/signing.pub; ${instead}`);
      const [verified, previewed] = [await project.agentbox("verify", acme.name), await acme.preview()];
      expect([instead, verified.code, verified.text]).toEqual([
        instead,
        1,
        expect.stringMatching(/git: its public keys are those that were made/),
      ]);
      expect([instead, previewed.text]).toEqual([
        instead,
        expect.stringMatching(/somebody replaced it|are not there, or are none/),
      ]);
      for (const planted of ["root:x", "\u001b[2J"]) expect(verified.text + previewed.text).not.toContain(planted);
    }
    await onHost("rm -f /k/signing.pub; mv /k/kept /k/signing.pub");
    expect((await project.agentbox("verify", acme.name)).code).toBe(0);
  });

  test("and of one that is gone an up makes another, and says so", async () => {
    const image = (await engine.inspect(acme.gateway)).Config.Image;
    await engine.ask(
      "run",
      "--rm",
      "--network",
      "none",
      "--entrypoint",
      "rm",
      "-v",
      `${volume}:/k`,
      image,
      "-f",
      "/k/signing",
    );
    const { text } = await acme.mustUp();
    expect(text).toMatch(/keys of git are not there, or are none: an up makes others/);
    const now = await keys();
    expect([now.authentication, now.signing === made.signing]).toEqual([made.authentication, false]);
    expect((await project.agentbox("verify", acme.name)).code).toBe(0);
    expect(
      await acme.exec(
        "cd /tmp && rm -rf again && git init -q again && cd again && git commit -q --allow-empty -m x && git verify-commit HEAD",
      ),
    ).toMatchObject({ code: 0 });
  });

  test("until a destroy, which says that they went", async () => {
    const { code, text } = await acme.destroy();
    expect([code, text]).toEqual([0, expect.stringMatching(new RegExp(`gone +.*${volume}`))]);
    expect((await engine.residue(acme.name)).volumes).toEqual([]);
  });
});
