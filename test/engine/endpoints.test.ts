import http from "node:http";
import { useProject } from "./harness.ts";

const project = useProject();
const { internet } = project;
const acme = project.client("acme");
const database = http.createServer((_request, response) => response.end("of the host\n"));
const undeclared = http.createServer((_request, response) => response.end("never told\n"));
const portOf = (server: http.Server) => (server.address() as { port: number }).port;

beforeAll(async () => {
  for (const server of [database, undeclared])
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  acme.write({ egress: { lan: { ollama: `${internet.addresses.nas}:11434` }, host: [portOf(database)] } });
  await acme.mustUp();
});
afterAll(() => {
  for (const server of [database, undeclared]) server.close();
});

describe("a declared endpoint", () => {
  test("of the LAN is reached by its name, and by nothing else of the LAN", async () => {
    expect(await acme.curl("http://ollama:11434/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`site=${internet.addresses.nas}`),
    });
    const { packets } = await internet.arrived("nas");
    expect((await acme.curl("http://ollama/")).code).not.toBe(0);
    expect((await acme.curl(`http://${internet.addresses.nas}:11434/`)).code).not.toBe(0);
    expect((await acme.curl(`http://${internet.addresses.nas}/`)).code).not.toBe(0);
    // The last connection's goodbye may still be on its way.
    expect((await internet.arrived("nas")).packets - packets).toBeLessThanOrEqual(2);
  });

  test("of the host is the declared port of it, and no other", async () => {
    expect(await acme.curl(`http://host:${portOf(database)}/`)).toMatchObject({ code: 0, stdout: "of the host\n" });
    expect((await acme.curl(`http://host:${portOf(undeclared)}/`)).code).not.toBe(0);
    expect((await acme.curl(`http://ollama:${portOf(database)}/`)).code).not.toBe(0);
    expect((await acme.curl(`http://host:11434/`)).code).not.toBe(0);
  });

  test("of the host has the names by which engines call it, and these have no other port", async () => {
    for (const name of ["host.docker.internal", "host.containers.internal", "gateway.docker.internal"]) {
      expect(await acme.curl(`http://${name}:${portOf(database)}/`)).toMatchObject({
        code: 0,
        stdout: "of the host\n",
      });
      expect((await acme.curl(`http://${name}:${portOf(undeclared)}/`)).code).not.toBe(0);
    }
  });

  test("is told in the outputs", async () => {
    const { endpoints } = await acme.outputs();
    expect(endpoints).toBe(`host:${portOf(database)}, ollama:11434 (OLLAMA_HOST)`);
  });

  test("is where its programs look for it", async () => {
    const asked = await acme.exec(`enter shell -c 'curl -sSf --max-time 10 "$OLLAMA_HOST"'`);
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining(`site=${internet.addresses.nas}`) });
  });

  test("that is taken out of the file is shut at the next `up`", async () => {
    acme.write({});
    await acme.mustUp();
    expect((await acme.curl("http://ollama:11434/")).code).not.toBe(0);
    expect((await acme.curl(`http://host:${portOf(database)}/`)).code).not.toBe(0);
    expect((await acme.exec(`enter shell -c 'echo "\${OLLAMA_HOST-none}"'`)).stdout).toBe("none\n");
  });
});
