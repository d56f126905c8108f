import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", {
  agents: ["shell"],
  auth: { domains: ["login.acme.example", "xn--bcher-kva.example"] },
});
const AGENTBOX = join(project.folder, "bin/agentbox");

/** A person's machine: a desktop that asks by zenity, and a browser. Both write down what they are given. */
let here: string;
const at = (name: string) => join(here, name);
const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
const desktop = () => ({ DISPLAY: ":7", BROWSER: at("browser"), PATH: `${here}:${process.env.PATH}` });
const says = (answer: "yes" | "no") => writeFileSync(at("answer"), answer === "yes" ? "0" : "1");

beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "auth-"));
  const program = (name: string, does: string) =>
    writeFileSync(at(name), `#!/bin/bash\nprintf '%s\\n' "$@" >>'${at(name)}.words'\n${does}\n`, { mode: 0o755 });
  program("zenity", `exit "$(cat '${at("answer")}')"`);
  program("browser", "");
  await acme.mustUp();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

const running: ChildProcess[] = [];
beforeEach(() => {
  for (const name of ["zenity.words", "browser.words", "answer"]) rmSync(at(name), { force: true });
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await gone;
  }
  await acme.exec("pkill -f login.py; rm -f /run/agent-sandbox/asked-url* /workspace/got");
});

/** `agentbox auth`, until it listens; what it says is read as it comes. */
async function heard(env: NodeJS.ProcessEnv, ...args: string[]): Promise<() => string> {
  const child = spawn(AGENTBOX, ["auth", acme.name, ...args], {
    env: { ...project.environment(), DISPLAY: "", WAYLAND_DISPLAY: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  await eventually(
    async () => text,
    (said) => said.includes("are heard"),
  );
  return () => text;
}

const until = (look: () => string, pattern: RegExp) =>
  eventually(
    async () => look(),
    (said) => pattern.test(said),
  );

/** What an agent's program does that logs in: it listens on its loopback, opens the page, and writes down what comes back. */
const LOGIN = `import http.server, os, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("/workspace/got", "a") as got: got.write(self.requestline + "\\n" + str(self.headers))
        self.send_response(200); self.send_header("Content-Type", "text/html"); self.end_headers()
        self.wfile.write(b"<script>planted</script>")
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
subprocess.run([os.environ["BROWSER"], sys.argv[2]], check=True)
server.serve_forever()
`;
async function logIn(port: number, url: string): Promise<void> {
  writeFileSync(join(acme.workspace, "login.py"), LOGIN);
  await acme.exec(`python3 /workspace/login.py ${port} '${url}' >/workspace/said 2>&1 &`);
}
const ask = (url: string) => acme.exec(`xdg-open ${url}`);

const login = (port: number, rest = "&state=s1") =>
  `https://login.acme.example/authorize?client_id=x&redirect_uri=http%3A%2F%2Flocalhost%3A${port}%2Fcb${rest}`;

/** A browser that was led back: the status and what it shows, or why nothing answered. */
function comesBack(port: number, path: string, host = `localhost:${port}`): Promise<[number, string] | string> {
  return new Promise((resolve) => {
    const headers = { Host: host, Cookie: "planted=1", "User-Agent": "planted" };
    const asked = request({ host: "127.0.0.1", port, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve([answer.statusCode ?? 0, text]));
    });
    asked.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "error")).end();
  });
}

test("a login goes out by the person's browser and comes back into the sandbox, once, without anything else of the browser's", async () => {
  const port = await freePort();
  says("yes");
  const told = await heard(desktop());
  await logIn(port, login(port));
  await until(told, /login.acme.example was opened; the login comes back to http:\/\/localhost:/);
  expect(read("browser.words")).toBe(`${login(port)}\n`);
  expect(read("zenity.words")).toMatch(/--default-cancel[\s\S]*login\.acme\.example in your browser/);
  expect(await comesBack(port, "/cb?code=c1&state=wrong")).toEqual([403, expect.anything()]);
  expect(await comesBack(port, "/other?code=c1&state=s1")).toEqual([404, expect.anything()]);
  expect(await comesBack(port, "/cb?code=c1&state=s1", `evil.example:${port}`)).toEqual([421, expect.anything()]);
  expect((await acme.exec("cat /workspace/got")).stdout).toBe("");
  const [status, text] = await comesBack(port, "/cb?code=c1&state=s1");
  expect([status, text]).toEqual([
    200,
    "The answer was handed to the sandbox, which said 200. You can close this page.\n",
  ]);
  const got = (await acme.exec("cat /workspace/got")).stdout;
  expect(got).toMatch(new RegExp(`^GET /cb\\?code=c1&state=s1 HTTP/1.1\\s+Host: localhost:${port}\\s`));
  expect(got).not.toMatch(/planted|User-Agent|Cookie/);
  await until(told, /the login at login.acme.example was handed to the sandbox, which said 200/);
  expect(await comesBack(port, "/cb?code=c2&state=s1")).toBe("ECONNREFUSED");
});

test("without a yes nothing is opened and nothing listens, and asking again asks nobody", async () => {
  const port = await freePort();
  says("no");
  const told = await heard(desktop());
  await logIn(port, login(port));
  await until(told, /was not opened; \S+ is not heard about login.acme.example for ten minutes/);
  expect(await comesBack(port, "/cb?code=c1&state=s1")).toBe("ECONNREFUSED");
  await ask("https://login.acme.example/again");
  await until(told, /asks to open login.acme.example again, too soon/);
  expect(read("browser.words")).toBe("");
  expect(read("zenity.words").match(/--question/g)).toHaveLength(1);
});

test("where there is neither a desktop nor a terminal, the answer is no", async () => {
  const told = await heard({ BROWSER: at("browser") });
  await ask("https://login.acme.example/x");
  await until(told, /nobody can be asked[\s\S]*was not opened/);
  expect(read("browser.words")).toBe("");
});

test("what is no page of a declared site is refused with its reason, and nobody is asked", async () => {
  says("yes");
  const told = await heard(desktop());
  await ask("https://evil.example/");
  await until(
    told,
    /evil.example, which was not opened: its last up allows login.acme.example, xn--bcher-kva.example. Where you log in there, add evil.example/,
  );
  // What open-url would not take, an agent writes by itself.
  await acme.exec("printf 'https://login.acme.example/\\033[2J\\342\\200\\256x\\n' >/run/agent-sandbox/asked-url");
  await until(told, /control characters or marks of direction/);
  await acme.exec("head -c 100000 /dev/zero | tr '\\0' x >/run/agent-sandbox/asked-url");
  await until(told, /longer than 4096 bytes/);
  await ask(`'https://login.acme.example/?redirect_uri=http://localhost:1455/'`);
  await until(told, /without one `state`/);
  expect(told()).not.toMatch(/[^\P{C}\n]/u);
  expect([read("zenity.words"), read("browser.words")]).toEqual(["", ""]);
});

test("an internationalised name is shown as DNS has it, and said to be one", async () => {
  says("no");
  await heard(desktop());
  await ask("https://bücher.example/");
  await until(
    () => read("zenity.words"),
    /xn--bcher-kva.example \(an internationalised name; it reads as "bücher.example"/,
  );
});

test("a port that another program has is said, and the page is not opened", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  says("yes");
  const told = await heard(desktop());
  await ask(`'${login(port)}'`);
  await until(told, /was not opened: the login would come back to .* taken by another program/);
  other.close();
  expect(read("browser.words")).toBe("");
});

test("a login that nothing comes back from ends by itself, and one that nobody waits for in the sandbox is no success", async () => {
  const port = await freePort();
  says("yes");
  const told = await heard(desktop(), "--for", "3s");
  await ask(`'${login(port)}'`);
  await until(told, /login.acme.example ended: nothing came back in 3 s/);
  expect(await comesBack(port, "/cb?code=c1&state=s1")).toBe("ECONNREFUSED");
  await ask(`'${login(port, "&state=s2")}'`);
  await until(told, /was opened[\s\S]*was opened/);
  expect(await comesBack(port, "/cb?code=c1&state=s2")).toEqual([502, expect.anything()]);
  await until(told, /nothing listens on port \d+ in the sandbox/);
});

/** A command at a terminal of its own; each line is typed when the text before it is there. */
function atTerminal(command: string, typed: [after: RegExp, line: string][], env: NodeJS.ProcessEnv) {
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { ...project.environment(), TERM: "xterm-256color", DISPLAY: "", WAYLAND_DISPLAY: "", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  running.push(child);
  let [text, from] = ["", 0];
  const left = [...typed];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    const [next] = left;
    if (!next?.[0].test(text.slice(from))) return;
    from = text.length;
    left.shift();
    child.stdin.write(next[1]);
  });
  return { text: () => text, end: new Promise<number | null>((resolve) => child.once("close", resolve)) };
}

test("at a terminal of the person's own a yes that is typed then opens it, and one that was typed before does not", async () => {
  const asked = atTerminal(
    `'${AGENTBOX}' auth ${acme.name}`,
    [
      [/are heard/, "yes\r"],
      [/Open it\?/, "\r"],
    ],
    { BROWSER: at("browser") },
  );
  await until(asked.text, /are heard/);
  await ask("https://login.acme.example/one");
  await until(asked.text, /was not opened; /);
  expect(read("browser.words")).toBe("");
  const again = atTerminal(`'${AGENTBOX}' auth ${acme.name}`, [[/Open it\?/, "yes\r"]], { BROWSER: at("browser") });
  await until(again.text, /are heard/);
  running.shift()?.kill();
  await asked.end;
  await ask("https://login.acme.example/two");
  await until(again.text, /login.acme.example was opened/);
  expect(read("browser.words")).toBe("https://login.acme.example/two\n");
});

test("beside an agent's terminal a window asks, and nothing is shown there", async () => {
  says("yes");
  const inside = atTerminal(
    `'${AGENTBOX}' enter ${acme.name}`,
    [
      [/\$ /, "xdg-open https://login.acme.example/beside\r"],
      [/is asked[\s\S]*\$ /, ""],
    ],
    desktop(),
  );
  await until(() => read("browser.words"), /beside/);
  expect(inside.text()).not.toMatch(/was opened|An agent of/);
});

test("without a desktop nothing is asked at an agent's terminal, and when it has ended the other way is said", async () => {
  const inside = atTerminal(
    `'${AGENTBOX}' enter ${acme.name}`,
    [
      [/\$ /, "xdg-open https://login.acme.example/waits\r"],
      [/is asked[\s\S]*\$ /, "exit 7\r"],
    ],
    { BROWSER: at("browser") },
  );
  expect(await inside.end).toBe(7);
  const [, after = ""] = inside.text().split("\u001b[!p");
  expect(after).toMatch(
    /agentbox: an agent of \S+ asked to open a page; `agentbox auth \S+` in another terminal opens it/,
  );
  says("yes");
  const told = await heard(desktop());
  await until(told, /login.acme.example was opened/);
  expect(read("browser.words")).toBe("https://login.acme.example/waits\n");
});
