import dgram from "node:dgram";
import { run } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { type Client, eventually, Project } from "./harness.ts";
import { startPodman } from "./podman.ts";
import { promiseTheSame } from "./same-walls.ts";

let podman: Awaited<ReturnType<typeof startPodman>>;
let project: Project;
let acme: Client;

beforeAll(async () => {
  podman = await startPodman();
  project = new Project(podman.engine);
  acme = project.client("acme", { egress: { allow: ["allowed.test"] }, mtu: 1300 });
  acme.shell = { ...podman.environment, CONTAINER_HOST: podman.engine.host! } as Record<string, string>;
  await acme.mustUp();
  // Its store has no image the first time: all are built, the slow way that Podman has of it.
}, 1_200_000);
afterAll(async () => {
  await project?.remove();
  await podman?.stop();
});

describe("on Podman, the same stack file", () => {
  promiseTheSame(() => acme, { mtu: 1300 });

  test("gives the gateway's way out the size of packets that is asked for, and no other network", async () => {
    expect(await podman.engine.ask("exec", acme.gateway, "sh", "-c", "cat /sys/class/net/*/mtu | sort")).toBe(
      "1300\n1500\n65536",
    );
  });

  test("replaces an agent that gets another limit, says before whose sessions end, and its home stays", async () => {
    const before = await acme.running();
    await acme.exec("echo kept > /home/dev/file; tmux new-session -d -s night sleep 300");
    const command = podman.engine.start("exec", acme.agent, "sleep", "300");
    acme.write({ mtu: 1300, egress: { allow: ["also.test"] }, limits: { memory: "1GiB" } });
    await eventually(
      async () => (await acme.preview("--diff")).text,
      (said) => said.includes(`ENDS     sessions      ${acme.name}: 1 command, tmux "night"\n`),
    );
    await acme.mustUp();
    command.kill();
    expect((await acme.exec("cat /home/dev/file")).stdout).toBe("kept\n");
    expect((await podman.engine.inspect(acme.agent)).HostConfig.Memory).toBe(2 ** 30);
    const after = await acme.running();
    expect(after.gateway).toBe(before.gateway);
    expect(after.agent).not.toBe(before.agent);
  });

  test("is locked: its bridge has the name that the host's rules shut, and nothing that is sent to everybody arrives", async () => {
    expect(await podman.engine.ask("exec", acme.lock, "lock", "check")).toMatch(
      /^shut: asb-[0-9a-f]{10} veth\w+ veth\w+$/,
    );
    const port = await freePort();
    const heard: string[] = [];
    const udp = dgram.createSocket("udp4").on("message", (message) => heard.push(String(message)));
    await new Promise<void>((resolve) => udp.bind(port, "0.0.0.0", resolve));
    const send = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 6, 1); s.setsockopt(1, 25, b"eth0")
for to in ("255.255.255.255", "224.0.0.1"): s.sendto(b"x", (to, ${port}))`;
    const sent = await acme.exec(`python3 -c '${send}'; echo x >/dev/udp/127.0.0.1/1`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    udp.close();
    expect({ heard, said: sent.stderr }).toEqual({ heard: [], said: "" });
  });

  test("in lockdown has a home that ends with the container, and the same walls", async () => {
    acme.write({ profile: "lockdown", egress: { allow: ["also.test"] } });
    await acme.mustUp();
    expect((await acme.exec("stat -f -c %T ~; touch ~/x && ls ~/x")).stdout).toBe("tmpfs\n/home/dev/x\n");
    // The volumes of before stay for the day the profile is another; nothing of them is mounted.
    const { mounts } = (await acme.deployed()).containers.agent;
    expect(Object.keys(mounts)).toEqual(["/run/refusals", "/run/secrets", "/workspace"]);
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect((await acme.curl("https://allowed.test/")).stdout).toBe("");
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("leaves nothing behind when it is destroyed", async () => {
    const { code, text } = await acme.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await podman.engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
    const tables = await run("nft", ["list", "tables"], process.env);
    expect(tables.code).toBe(0);
    expect(tables.stdout).not.toContain(acme.name);
  });
});
