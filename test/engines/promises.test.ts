import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { names } from "../../plan/names.ts";
import type { Arrivals } from "../engine/attack/arrivals.ts";
import type { Attacker, Land } from "../engine/attack/attacker.ts";
import { type Outcome, tryAll } from "../engine/attack/attempts.ts";
import { judge } from "../engine/attack/judge.ts";
import { bridgeOf, placeTools, startIn, survey, watch } from "../engine/attack/lab.ts";
import { readTechniques } from "../engine/attack/techniques.ts";
import { Engine } from "../engine/engine.ts";
import { useProject } from "../engine/harness.ts";
import { carryImages } from "./carry-images.ts";
import { CLASSES, PROMISES, type Promised } from "./promises.ts";
import { accepted, engineUnderTest } from "./under-test.ts";

const underTest = engineUnderTest();
const project = useProject(underTest);
const { engine, internet } = project;
const common = accepted(underTest.person);
const tools = placeTools(project);
const egress = {
  allow: [
    ...["allowed.test", "*.wild.test", "*.trap.test"],
    { host: "git.test", ports: [22, 8443] },
    { host: "ssh.trap.test", ports: [22] },
  ],
  lan: { ollama: `${internet.addresses.lan}:11434` },
};
const config = { ...common, mounts: [{ host: tools, at: "/tools", mode: "ro" }], egress };
const acme = project.client("acme", config);
const globex = project.client("globex", { ...common, egress: { allow: ["also.test"] } });

/** A group is a column of the table, by its name. */
const promise = (name: Promised, tests: () => void) => describe(`${name}: ${PROMISES[name]}`, tests);
/** A whole answer: without one, why there is none is seen. */
const answered = (name: string) => ({ code: 0, stdout: expect.stringContaining(`site=${name}`) });
const UNCHANGED = /Resources:\s+\d+ unchanged\n/;

beforeAll(async () => {
  writeFileSync(join(globex.workspace, "code.txt"), "of-globex");
  if (process.env.IMAGES_FROM) await carryImages(acme, new Engine(process.env.IMAGES_FROM));
  await acme.mustUp();
  await globex.mustUp();
  await tellSeen();
});

/** For the table: the engine's version, and what the product says of what does not hold on it. */
async function tellSeen(): Promise<void> {
  if (!process.env.ENGINE_SEEN) return;
  const { facts } = await acme.deployed();
  const weaker = facts.filter(({ topic }) => topic === "unenforced").map(({ about, says }) => `${about} ${says}`);
  const version = await engine.ask("version", "--format", "{{.Server.Version}}");
  writeFileSync(process.env.ENGINE_SEEN, JSON.stringify({ version, weaker }));
}

promise("converge", () => {
  test("all containers run, the lock too where the engine has one, and the agent has no right, and no route that leads on", async () => {
    const planned = [acme.agent, acme.gateway, ...(underTest.person ? [] : [acme.lock])];
    expect((await engine.residue(acme.name)).containers).toEqual(planned);
    for (const name of planned) expect((await engine.inspect(name)).State).toMatchObject({ Status: "running" });
    const { stdout } = await acme.exec(
      "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; touch /x 2>&1; id -un; ip route show default; unshare -U true 2>&1",
    );
    expect(stdout).toMatch(/CapPrm:\s0{16}\nCapEff:\s0{16}\nCapBnd:\s0{16}/);
    // Docker 20.10 writes a route by the network's first address, which nobody has: the next test.
    expect(stdout).toMatch(
      /NoNewPrivs:\s1\nSeccomp:\s2\n.*Read-only file system\ndev\n(default via \d+\.\d+\.\d+\.1 dev eth0 \n)?unshare: .* not permitted/,
    );
  });

  test("an allowed name is reached, and the host has no address on the agent's network", async () => {
    expect(await acme.curl("https://allowed.test/")).toMatchObject(answered("allowed.test"));
    const subnet = await engine.ask(
      "network",
      "inspect",
      "--format",
      "{{(index .IPAM.Config 0).Subnet}}",
      `${acme.name}-inner`,
    );
    const links = [...(await engine.links()), ...(await new Engine().links())];
    const host = links.flatMap(({ addr_info }) => addr_info.map(({ local }) => local));
    expect(host.filter((address) => address.startsWith(subnet.replace(/0\/24$/, "")))).toEqual([]);
  });
});

promise("canary", () => {
  test("the last `up` proved the walls, and `agentbox verify` proves them again", async () => {
    expect((await acme.outputs()).walls).toMatch(/^proven at /);
    expect(await project.agentbox("verify", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("as planned"),
    });
  });
});

promise("unchanged", () => {
  test.each([
    ["a second `up`", () => acme.mustUp()],
    ["`up --refresh`", () => acme.mustUp("--refresh")],
    ["`preview --refresh --expect-no-changes`", () => acme.preview("--refresh", "--expect-no-changes")],
  ])("%s", async (_what, run) => {
    const before = await acme.running();
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(UNCHANGED) });
    expect(await acme.running()).toEqual(before);
  });
});

promise("hot change", () => {
  test("a name that is opened is reached and one that is shut is not, by the same containers", async () => {
    const before = await acme.running();
    acme.write({ ...config, egress: { ...egress, allow: ["also.test"] } });
    await acme.mustUp();
    expect(await acme.curl("https://also.test/")).toMatchObject(answered("also.test"));
    expect((await acme.curl("https://allowed.test/")).stdout).toBe("");
    acme.write(config);
    await acme.mustUp();
    expect(await acme.curl("https://allowed.test/")).toMatchObject(answered("allowed.test"));
    expect(await acme.running()).toEqual(before);
  });
});

promise("attacks", () => {
  const classes = readTechniques().filter(({ techniques: [first] }) => CLASSES.includes(first!.at.split("/")[0]!));
  let arrivals: Arrivals;
  let land: Land;
  let image: string;

  beforeAll(async () => {
    image = (await engine.inspect(acme.agent)).Config.Image;
    const networks = [`${acme.name}-outer`, `${globex.name}-inner`, `${globex.name}-outer`];
    const bridges = await Promise.all(networks.map((network) => bridgeOf(engine, network)));
    arrivals = await watch(project, image, tools, bridges, acme.name);
    land = await survey(acme, globex, arrivals.port);
  });
  afterAll(() => arrivals?.end());

  test("every class that is to be tried is there", () => expect(classes).toHaveLength(CLASSES.length));

  describe.each(["dev", "root"] as const)("%s", (who) => {
    const mine = classes.filter(({ as }) => !as || as.includes(who));
    let outcomes: Map<string, Outcome>;
    let told: AuditLine[];
    let attacker: Attacker;

    beforeAll(async () => {
      attacker = await startIn(acme, image, tools, who, land);
      outcomes = await tryAll(attacker, arrivals, mine, who);
      told = await acme.audit();
    });
    afterAll(() => attacker?.end());

    test.each(
      mine.flatMap((kind) =>
        kind.techniques.map((technique) => [technique.at, technique.how, kind, technique] as const),
      ),
    )("%s: %s", (_at, _how, kind, technique) =>
      judge({ who, kind, technique, outcome: outcomes.get(technique.id)!, told, land, client: acme }),
    );
  });
});

promise("host names", () => {
  test("nothing comes to the engine's host by them: to no port of any of its addresses", async () => {
    let visits = 0;
    const listener = createServer((socket) => {
      visits += 1;
      socket.on("error", () => undefined).destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, "0.0.0.0", resolve));
    const { port } = listener.address() as AddressInfo;
    let told: string;
    try {
      const file = (await acme.exec("cat /etc/hosts")).stdout;
      const written = file.split("\n").flatMap((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1));
      const names = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal", ...written];
      // In a subshell each, all at once: what fails says so by its status.
      const tries = names.map(
        (name) => `(timeout 3 bash -c 'echo >/dev/tcp/${name}/${port}' 2>/dev/null && echo reached ${name}) &`,
      );
      told = (await acme.exec(`${tries.join("\n")}\nwait; echo tried`)).stdout;
    } finally {
      listener.close();
    }
    expect({ told, visits }).toEqual({ told: "tried\n", visits: 0 });
  });
});

promise("sabotage", () => {
  test("a gateway that is gone is made anew, and the agent stays", async () => {
    const { agent } = await acme.running();
    await engine.ask("rm", "--force", acme.gateway);
    await acme.mustUp();
    expect(await acme.curl("https://allowed.test/")).toMatchObject(answered("allowed.test"));
    expect((await acme.running()).agent).toBe(agent);
  });

  test("an agent on a second network is said, and is off it again", async () => {
    await engine.ask("network", "connect", `${globex.name}-outer`, acme.agent);
    const { text } = await acme.mustUp();
    expect(text).toContain(`network ${globex.name}-outer is not planned`);
    const { NetworkSettings } = await engine.inspect(acme.agent);
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`${acme.name}-inner`]);
    expect((await acme.curl(`http://${internet.addresses.evil}/`, "--max-time", "2")).stdout).toBe("");
  });
});

promise("destroy", () => {
  test("of two clients nothing is left: containers, networks, volumes, rules, links", async () => {
    for (const client of [acme, globex]) {
      expect(await client.destroy()).toMatchObject({ code: 0 });
      expect(await engine.residue(client.name)).toEqual({ containers: [], networks: [], volumes: [] });
    }
    expect(await engine.must(["nft", "list", "tables"])).not.toMatch(new RegExp(`${acme.name}|${globex.name}`));
    // Others on this machine may have clients of their own.
    const bridges = [acme, globex].map(({ name }) => names(name).bridge);
    const links = [...(await engine.links()), ...(await new Engine().links())].map(({ ifname }) => ifname);
    expect(links.filter((link) => bridges.includes(link))).toEqual([]);
  });
});
