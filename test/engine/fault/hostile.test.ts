import { eventually, useProject } from "../harness.ts";
import { startInternet } from "../internet/internet.ts";
import { Hostile } from "./hostile.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const hole = `${acme.name}-hole`;
// One of its own: here what must never arrive elsewhere does.
let internet: Awaited<ReturnType<typeof startInternet>>;

beforeAll(async () => {
  internet = await startInternet();
  await acme.mustUp();
});
afterAll(async () => {
  await engine.run("network", "disconnect", "--force", hole, acme.agent);
  await internet.stop();
});

test("what the hostile senders send arrives once a wall has a hole, so that their zeros are worth something", async () => {
  const hostile = new Hostile(acme, internet);
  await hostile.start();
  await eventually(
    () => hostile.rounds(),
    ([user, root]) => user > 3 && root > 3,
  );
  expect(await internet.arrived("evil")).toEqual({ packets: 0, bytes: 0 });
  await engine.ask("network", "create", "--label", `agent-sandbox.client=${acme.name}`, hole);
  await engine.ask("network", "connect", hole, acme.agent);
  for (const place of ["evil", "printer"] as const)
    await eventually(
      () => internet.arrived(place),
      ({ packets }) => packets > 10,
    );
  await eventually(
    () => internet.asked("evil.test"),
    (questions) => questions > 0,
  );
});
