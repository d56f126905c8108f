import { readFileSync } from "node:fs";
import { useProject } from "../harness.ts";
import { startInternet } from "../internet/internet.ts";
import type { Arrivals } from "./arrivals.ts";
import { Attacker } from "./attacker.ts";
import { type Outcome, tryAlone, tryTogether } from "./attempts.ts";
import { bridgeOf, placeTools, plainLand, watch } from "./lab.ts";
import type { TechniqueClass } from "./technique.ts";
import { readTechniques } from "./techniques.ts";

// An internet of its own: here, what must never be reached elsewhere is reached on purpose.
let internet: Awaited<ReturnType<typeof startInternet>>;
const project = useProject();
const { engine } = project;
const tools = placeTools(project);
const acme = project.client("acme");
const network = `${acme.name}-plain`;
let arrivals: Arrivals;
let attacker: Attacker;
let outcomes: Map<string, Outcome>;
let wire: string;

const classes = readTechniques()
  .filter(({ plain }) => plain)
  .map((kind) => ({ ...kind, techniques: kind.techniques.filter(({ unseen }) => !unseen) }));

beforeAll(async () => {
  internet = await startInternet();
  // For its image, whose programs the attackers are.
  await acme.mustUp();
  const image = (await engine.inspect(acme.agent)).Config.Image;
  const label = ["--label", `agent-sandbox.client=${acme.name}`];
  await engine.ask("network", "create", ...label, network);
  const bridge = await bridgeOf(engine, network);
  wire = `a packet on ${bridge}`;
  arrivals = await watch({ engine, internet }, image, tools, [bridge], acme.name);
  const container = `${acme.name}-attacker`;
  const flags = ["--network", network, "--user", "0:0", "--cap-add", "NET_ADMIN", "--volume", `${tools}:/tools:ro`];
  await engine.ask(
    "run",
    "--detach",
    "--name",
    container,
    ...label,
    ...flags,
    "--entrypoint",
    "sleep",
    image,
    "infinity",
  );
  const { IPAddress, Gateway, IPPrefixLen } = (await engine.inspect(container)).NetworkSettings.Networks[network];
  const mac = readFileSync(`/sys/class/net/${bridge}/address`, "utf8").trim();
  const land = plainLand(internet, IPAddress, { address: Gateway, mac, prefix: IPPrefixLen }, arrivals.port);
  attacker = await Attacker.start(["docker", "exec", "-i", container, "python3", "-B", "/tools/runner.py"], land);
  const techniques = classes.flatMap((kind) => kind.techniques);
  outcomes = await tryTogether(attacker, arrivals, techniques, "plain");
  // Nobody knows whose a packet is that carries no name: these are tried alone.
  for (const kind of classes)
    for (const technique of kind.techniques.filter(({ id }) => there(kind, id).length === 0))
      outcomes.set(technique.id, await tryAlone(attacker, arrivals, technique, "alone"));
});
afterAll(async () => {
  await attacker?.end();
  await arrivals?.end();
  await internet?.stop();
});

// Without it, the silence of the sandbox could be the tool's.
describe.each(
  classes.map((kind) => [kind.name, kind.plain === "wire" ? "on the wire" : "at the fake internet", kind] as const),
)("without a gateway, %s arrives %s", (_name, _where, kind) => {
  test.each(kind.techniques.map(({ id, how }) => [id, how] as const))("%s: %s", (id) => {
    expect({ ...outcomes.get(id)!, there: there(kind, id) }).not.toMatchObject({ there: [] });
  });
});

/** Where a technique's words came, as far as its class has to come: its own bridge is no proof for one that has to go farther. */
function there(kind: TechniqueClass, id: string): string[] {
  return outcomes.get(id)!.arrived.filter((where) => kind.plain === "wire" || where !== wire);
}
