import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { request } from "./api.ts";
import { eachLine, runClient } from "./client.ts";
import { watchCalls } from "./watched.ts";

let folder: string;
let server: Server;
const told: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-watched-"));
  server = createServer((request, response) => {
    response.statusCode = request.url === "/none" ? 404 : 200;
    response.end('"answer"');
  }).listen(join(folder, "engine"));
  await new Promise((resolve) => server.on("listening", resolve));
  watchCalls((line) => told.push(line));
});
beforeEach(() => {
  told.length = 0;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a request is told with how it ended, and without what was sent and answered", async () => {
  const address = { host: `unix://${folder}/engine` };
  await request(address, "/some", z.string(), { method: "POST", words: { secret: "s3cret" } });
  await expect(request(address, "/none", z.string())).rejects.toThrow(/404/);
  await expect(request({ host: `unix://${folder}/nobody` }, "/some", z.string())).rejects.toThrow(/no engine answers/);
  expect(told).toEqual([
    expect.stringMatching(/^engine: POST \/some: 200, \d+ ms$/),
    expect.stringMatching(/^engine: GET \/none: 404, \d+ ms$/),
    expect.stringMatching(/^engine: GET \/some: no engine answers at .*, \d+ ms$/),
  ]);
});

test("so is a call of the engine's client, without what it reads and prints; one line, and not all of a program", async () => {
  const engine = { cli: "sh", host: `unix://${folder}/engine` };
  await runClient(engine, ["-c", "cat; exit 3"], { input: "s3cret" });
  await eachLine(engine, ["-c", `echo s3cr""et\n#${"x".repeat(500)}`], () => {});
  expect(told).toEqual([
    expect.stringMatching(/^engine: sh -c cat; exit 3: status 3, \d+ ms$/),
    expect.stringMatching(/^engine: sh -c echo s3cr""et; #x+…: status 0, \d+ ms$/),
  ]);
  expect(told.join()).not.toMatch("s3cret");
});

test("a program that this one starts tells its calls in the file that is named, and goes on where nobody reads them any more", async () => {
  const program = `
    const { callBegins } = await import(${JSON.stringify(join(__dirname, "watched.ts"))});
    callBegins(["docker", "ps"])("status 0");
    console.log("went on");`;
  const call = (others: string) => {
    watchCalls((line) => told.push(line), others);
    return execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      env: process.env,
      encoding: "utf8",
    });
  };
  const file = join(folder, "calls");
  expect([call(file), call(file), call(join(folder, "gone", "calls"))]).toEqual(Array(3).fill("went on\n"));
  expect(readFileSync(file, "utf8")).toMatch(/^(engine: docker ps: status 0, \d+ ms\n){2}$/);
});
