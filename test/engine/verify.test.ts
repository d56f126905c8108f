import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./engine.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const allow = ["allowed.test", { host: "git.test", ports: [22] }];
const acme = project.client("acme", { egress: { allow } });
const other = `${acme.name}-other`;

beforeAll(async () => {
  await acme.mustUp();
  await engine.ask("network", "create", "--label", `agent-sandbox.client=${acme.name}`, other);
});
afterAll(() => engine.run("network", "rm", other));

const verify = () => project.agentbox("verify", acme.name);

test("a sandbox as planned verifies, and its policy is shown with what says so", async () => {
  const { code, stdout, text } = await verify();
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining("as planned") });
  expect(stdout).not.toContain("FOUND");
  expect(stdout).toMatch(/^ok {5}walls: \d+ looks and probes: all walls hold$/m);
  const policy = await project.agentbox("policy", acme.name);
  expect(policy).toMatchObject({ code: 0, stdout: expect.stringMatching(/^allowed\.test +80,443 +client$/m) });
  expect(policy.stdout).toMatch(/^git\.test +22 +client$/m);
  expect(policy.stdout).toContain("in force");
});

test("the services that can be named are listed with what they are for", async () => {
  expect(await project.agentbox("policy", "services")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^github +GitHub: /m),
  });
});

test("a stack that is not there is bad usage", async () => {
  expect(await project.agentbox("verify", "nobody")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nobody"),
  });
});

describe("verify finds", () => {
  const expectFound = async (what: string) => {
    const { code, stdout } = await verify();
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(what) });
  };

  test("a way around the gateway, by its network and by what gets through", async () => {
    await engine.ask("network", "connect", other, acme.agent);
    await expectFound(`network ${other} is not planned`);
    expect(JSON.parse((await project.agentbox("drift", acme.name, "--json")).stdout).differences).toContainEqual({
      ...{ class: "widens", what: "agent: networks", says: `network ${other} is not planned` },
    });
    await engine.ask("network", "disconnect", other, acme.agent);
    expect((await engine.inspect(acme.agent)).State.Status).toBe("running");
  });

  test("a neighbour on the agent's network", async () => {
    const name = `${acme.name}-neighbour`;
    const image = (await engine.inspect(acme.agent)).Config.Image;
    const label = `agent-sandbox.client=${acme.name}`;
    await engine.ask("run", "--detach", "--name", name, "--label", label, "--network", `${acme.name}-inner`, image);
    await expectFound(`container ${name} is not planned`);
    await engine.ask("rm", "--force", name);
  });

  test("another policy than the last up's", async () => {
    const before = await engine.ask("exec", acme.gateway, "cat", "/run/gateway/live/bundle");
    acme.write({ egress: { allow: ["allowed.test"] } });
    await acme.mustUp();
    const apply = spawn("docker", ["exec", "-i", acme.gateway, "apply"], { env: engine.environment() });
    apply.stdin.end(`${before}\n`);
    expect((await once(apply, "close"))[0]).toBe(0);
    await expectFound("is in force, not ");
    expect(await project.agentbox("policy", acme.name)).toMatchObject({ code: 1 });
    acme.write({ egress: { allow } });
    await acme.mustUp();
  });

  test("an agent that somebody made anew with more rights", async () => {
    const { Config, HostConfig } = await engine.inspect(acme.agent);
    await engine.ask("rm", "--force", acme.agent);
    await engine.ask(
      ...["run", "--detach", "--name", acme.agent, "--label", `agent-sandbox.client=${acme.name}`],
      ...["--network", HostConfig.NetworkMode, "--cap-add", "NET_ADMIN", "--volume", "/etc:/host:ro", Config.Image],
    );
    const { code, stdout } = await verify();
    expect(code).toBe(1);
    for (const found of [
      "CAP_NET_ADMIN",
      "its root can be written",
      "mount /etc (ro) at /host",
      "the limit of pids is none, not 1024",
      "LEAK mounts that nobody planned: ",
    ])
      expect(stdout).toContain(found);
    // It has the name that the stack's own agent will have.
    await engine.ask("rm", "--force", acme.agent);
  });

  test("delivered files that somebody changed on the engine's host, and the next up delivers them again", async () => {
    await acme.mustUp();
    const image = (await engine.inspect(acme.gateway)).Config.Image;
    const change = "echo mine >/s/policy.json; ln -s /workspace/x /s/link; rm /s/guards.json";
    await engine.ask(
      ...[
        "run",
        "--rm",
        "--user",
        "0:0",
        "--volume",
        `${acme.name}-secrets:/s`,
        "--entrypoint",
        "sh",
        image,
        "-c",
        change,
      ],
    );
    const drift = await project.agentbox("drift", acme.name);
    expect(drift).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^files: those that were delivered$/m),
    });
    expect(drift.stdout).toMatch(/^ {2}WIDENS {3}link is not planned$/m);
    expect(drift.stdout).toMatch(/^ {2}WIDENS\? {2}policy\.json is not what was delivered$/m);
    expect(drift.stdout).toMatch(/^ {2}narrows {2}guards\.json is missing$/m);
    await expectFound("guards.json is missing");
    expect((await acme.mustUp("--refresh")).text).toContain(
      "policy.json is not what was delivered; all of it is delivered again",
    );
    expect(await project.agentbox("drift", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+ at [-0-9]+ [:0-9]+ UTC: nothing differs$/m),
    });
    expect(await acme.mustUp("--refresh")).toMatchObject({ text: expect.not.stringContaining("delivered again") });
  });

  test("memory that somebody made larger or mounted below /proc, by what the kernel says", async () => {
    const { State } = await engine.inspect(acme.agent);
    const inside = (...words: string[]) => execFileSync("nsenter", ["--mount", `--target=${State.Pid}`, ...words]);
    inside("mount", "-o", "remount,size=3g", "/tmp");
    inside("mount", "-o", "remount,size=1g", "/dev/shm");
    inside("mount", "-t", "tmpfs", "none", "/proc/driver");
    const { stdout } = await verify();
    expect(stdout).toContain("LEAK mount /tmp: it may take 3072MiB of the memory, not 1024MiB");
    expect(stdout).toContain("LEAK mount /dev/shm: it may take 1024MiB of the memory, not 64MiB");
    expect(stdout).toContain("LEAK mounts that nobody planned: /proc/driver");
    inside("umount", "/proc/driver");
    inside("mount", "-o", "remount,size=64m", "/dev/shm");
    inside("mount", "-o", "remount,size=1g", "/tmp");
  });

  test("a gateway that is stopped", async () => {
    await engine.ask("stop", acme.gateway);
    await expectFound("it is exited");
  });

  test("an agent whose programs lie about what is mounted, by what the kernel says", async () => {
    // As a volume over /usr/local/bin would have it: `cat` shows a table in which all is as planned, and never ends.
    await acme.mustUp();
    const { State } = await engine.inspect(acme.agent);
    const inside = (...words: string[]) => execFileSync("nsenter", ["--mount", `--target=${State.Pid}`, ...words]);
    inside(
      "sh",
      "-c",
      "mkdir /tmp/bin && printf '#!/bin/sh\\nexec sleep 1000\\n' >/tmp/bin/cat && chmod +x /tmp/bin/cat",
    );
    inside("mount", "--bind", "/tmp/bin", "/usr/local/bin");
    await expectFound("LEAK mounts that nobody planned: /usr/local/bin");
    inside("umount", "/usr/local/bin");
    expect(await verify()).toMatchObject({ code: 0 });
  });

  test("nothing proven where an agent has taken every port, and no probe could be made", async () => {
    const script = `import os, socket, time
for part in range(8):
    if os.fork() == 0:
        kept = []
        for port in range(1024 + part, 65536, 8):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                try:
                    kept.append(socket.socket(socket.AF_INET6, kind))
                    kept[-1].bind(("::", port))
                except OSError: pass
        open("/tmp/taken", "a").write("x")
        time.sleep(600)
`;
    await acme.exec(`cat >/tmp/take.py <<'END'\n${script}END`);
    await engine.ask("exec", "--detach", acme.agent, "python3", "/tmp/take.py");
    await eventually(
      () => acme.exec("cat /tmp/taken"),
      ({ stdout }) => stdout === "xxxxxxxx",
    );
    const { code, stdout } = await verify();
    await acme.exec("pkill -f take.py; rm /tmp/taken");
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/^(UNSEEN|FOUND) +walls: /m) });
    // One port that somebody gives back meanwhile is one probe that could be made.
    expect(
      /could not look: .*/.exec(stdout)?.[0].match(/(shut|open) (tcp|udp|dns|tls|http) /g)?.length,
    ).toBeGreaterThan(15);
    expect(await verify()).toMatchObject({ code: 0 });
  });

  test("what could not be looked at as that, and not as planned", async () => {
    // An engine that starts no container, as one does whose trusted image is gone. The image itself is other suites' as well.
    const programs = project.directory("programs");
    const docker = (await run("bash", ["-c", "type -P docker"], process.env)).stdout.trim();
    writeFileSync(
      join(programs, "docker"),
      `#!/bin/sh\ncase $1 in run) echo "No such image" >&2; exit 125 ;; esac\nexec ${docker} "$@"\n`,
      { mode: 0o755 },
    );
    const { code, stdout } = await run(
      join(project.folder, "bin/agentbox"),
      ["verify", acme.name],
      { ...project.environment(), PATH: [programs, process.env.PATH].join(delimiter) },
      project.folder,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/^UNSEEN walls: 0 of/m) });
    expect(stdout).toContain("could not look, and prove nothing");
  });
});

test("a firewall that somebody opened is mended by the gateway; verify tells it, and all holds", async () => {
  await engine.ask("exec", acme.gateway, "nft", "insert", "rule", "inet", "gateway", "output", "accept");
  // By its own round, or by one of the watchdog's a moment before.
  const { code, stdout } = await verify();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/packet rules(, by nft .*)?: reloaded/) });
  expect(stdout).toContain("as planned again, after what was mended");
  expect(await engine.ask("exec", acme.gateway, "nft", "list", "chain", "inet", "gateway", "output")).not.toMatch(
    /^\s+accept$/m,
  );
});
