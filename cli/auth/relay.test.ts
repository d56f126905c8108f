import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Look } from "../../target/look.ts";
import { type Around, relay } from "./relay.ts";

/** A world in which everything is written down, and a person who says what `says` has. */
let seen: { asked: string[]; opened: string[]; handedIn: string[]; told: string[] };
let says: boolean[];
let port: number;
const relays: { end(): void }[] = [];

beforeEach(async () => {
  seen = { asked: [], opened: [], handedIn: [], told: [] };
  says = [];
  // A port that nobody has.
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  ({ port } = server.address() as AddressInfo);
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  for (const one of relays.splice(0)) one.end();
});

function started(other: Partial<Around> = {}) {
  const one = relay({
    client: "acme",
    seconds: 20,
    domains: async () => ({ seen: ["claude.ai", "*.acme.example"] }),
    ask: async ({ url }) => {
      seen.asked.push(url);
      return says.shift() ?? false;
    },
    open: async (url) => void seen.opened.push(url),
    handIn: async (_port, text): Promise<Look<string>> => {
      seen.handedIn.push(text);
      return { seen: "HTTP/1.1 302 Found\r" };
    },
    tell: (line) => void seen.told.push(line),
    now: () => 0,
    rest: async () => {},
    ...other,
  });
  relays.push(one);
  return one;
}

/** A browser: status and text, or why nothing came. */
function get(path: string, { host = `localhost:${port}`, method = "GET" } = {}): Promise<[number, string] | string> {
  return new Promise((resolve) => {
    const asked = request(
      { host: "127.0.0.1", port, path, method, headers: { Host: host, Cookie: "planted" } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        answer.on("end", () => resolve([answer.statusCode ?? 0, text]));
      },
    );
    asked.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "error")).end();
  });
}

const login = () =>
  `https://claude.ai/authorize?state=s1&redirect_uri=${encodeURIComponent(`http://localhost:${port}/cb`)}`;
const told = (pattern: RegExp) => seen.told.filter((line) => pattern.test(line));
/** Until what happens beside has been told. */
const until = async (pattern: RegExp) => {
  for (let tries = 0; told(pattern).length === 0 && tries < 500; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(told(pattern)).not.toEqual([]);
};

test("after a yes the page is opened and its answer handed in, without a header of the browser's, and nobody listens any more", async () => {
  says = [true];
  await started().take(login());
  expect([seen.asked, seen.opened]).toEqual([[login()], [login()]]);
  expect(await get("/cb?code=c1&state=s1")).toEqual([200, expect.stringContaining("which said 302")]);
  expect(seen.handedIn).toEqual([
    expect.stringMatching(/^GET \/cb\?code=c1&state=s1 HTTP\/1.1\r\nHost: localhost:\d+\r\n/),
  ]);
  expect(seen.handedIn.join()).not.toMatch(/planted/);
  await until(/the login at claude.ai was handed to the sandbox, which said 302/);
  expect(await get("/cb?code=c1&state=s1")).toBe("ECONNREFUSED");
});

test("what is not the login's answer is refused, and the login goes on", async () => {
  says = [true];
  await started().take(login());
  expect(await get("/cb?code=c1&state=other")).toEqual([403, expect.stringContaining("state")]);
  expect(await get("/other?code=c1&state=s1")).toEqual([404, "Nothing is here.\n"]);
  expect(await get("/cb?code=c1&state=s1", { host: `evil.example:${port}` })).toEqual([421, expect.anything()]);
  expect(await get("/cb?code=c1&state=s1", { method: "POST" })).toEqual([405, expect.anything()]);
  expect(seen.handedIn).toEqual([]);
  expect(await get("/cb?code=c1&state=s1")).toEqual([200, expect.anything()]);
});

test("of two answers at once one is handed in", async () => {
  says = [true];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await started({
    handIn: async (_port, text) => {
      seen.handedIn.push(text);
      await held;
      return { seen: "HTTP/1.1 200 OK" };
    },
  }).take(login());
  const first = get("/cb?code=c1&state=s1");
  while (seen.handedIn.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await get("/cb?code=c2&state=s1")).toEqual([410, expect.anything()]);
  release();
  expect(await first).toEqual([200, expect.anything()]);
  expect(seen.handedIn).toHaveLength(1);
});

test("without a yes nothing is opened and nothing listens, and the domain is silent", async () => {
  const { take } = started();
  await take(login());
  await take(login());
  expect([seen.asked.length, seen.opened]).toEqual([1, []]);
  expect(await get("/cb?code=c1&state=s1")).toBe("ECONNREFUSED");
  expect(told(/claude.ai was not opened; acme is not heard about claude.ai for ten minutes/)).toHaveLength(1);
});

test("another name below the same wildcard is silent, too", async () => {
  const { take } = started();
  for (const name of ["a", "b", "c"]) await take(`https://${name}.acme.example/`);
  expect(seen.asked).toHaveLength(1);
});

test("a domain that is not declared is refused and said how to allow, and nobody is asked", async () => {
  says = [true];
  await started().take("https://evil.example/");
  expect([seen.asked, seen.opened]).toEqual([[], []]);
  expect(seen.told).toEqual([
    "acme asked to open evil.example, which was not opened: its last up allows claude.ai, *.acme.example. Where you log in there, add evil.example to agent-sandbox:auth.domains in stacks/Pulumi.acme.yaml and bring it up",
  ]);
});

test("where nobody can see what is allowed, nothing is", async () => {
  await started({ domains: async () => ({ unseen: "the state is locked" }) }).take(login());
  expect([seen.asked, told(/claude.ai, which was not opened: the state is locked/).length]).toEqual([[], 1]);
});

test("a port that is taken on this machine is said, and the page is not opened: whoever listens there would get the answer", async () => {
  const other = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  says = [true];
  await started().take(login());
  await new Promise((resolve) => other.close(resolve));
  expect([
    seen.opened,
    told(/was not opened: the login would come back to .* taken by another program/).length,
  ]).toEqual([[], 1]);
});

test("a login that nothing comes back from ends by itself", async () => {
  says = [true];
  await started({ seconds: 0.2 }).take(login());
  await until(/ended: nothing came back in 0.2 s/);
  expect(await get("/cb?code=c1&state=s1")).toBe("ECONNREFUSED");
});

test("a login that is begun anew takes the place of the one before", async () => {
  says = [true, true];
  const { take } = started();
  await take(login());
  await take(login().replace("state=s1", "state=s2"));
  expect(await get("/cb?code=c1&state=s1")).toEqual([403, expect.anything()]);
  expect(await get("/cb?code=c2&state=s2")).toEqual([200, expect.anything()]);
});

test("a sandbox in which nobody listens is told on both sides, and is no success", async () => {
  says = [true];
  await started({ handIn: async () => ({ unseen: "nothing listens on port 1 in the sandbox" }) }).take(login());
  expect(await get("/cb?code=c1&state=s1")).toEqual([502, expect.stringContaining("could not be handed")]);
  await until(/could not be handed over: nothing listens/);
});

test("a browser that leaves before the sandbox has answered ends the login all the same", async () => {
  says = [true];
  const held = Promise.withResolvers<void>();
  const came = Promise.withResolvers<void>();
  const handIn = () => {
    came.resolve();
    return held.promise.then(() => ({ seen: "HTTP/1.1 200 OK" }));
  };
  await started({ handIn }).take(login());
  const asked = request({
    host: "127.0.0.1",
    port,
    path: "/cb?code=c1&state=s1",
    headers: { Host: `localhost:${port}` },
  });
  asked.on("error", () => {}).end();
  await came.promise;
  const left = new Promise((resolve) => asked.on("close", resolve));
  asked.destroy();
  await left;
  held.resolve();
  await until(/was handed to the sandbox, which said 200/);
});

test("what the sandbox answers is not shown: neither its page nor words that are no HTTP", async () => {
  says = [true];
  await started({ handIn: async () => ({ seen: "<script>planted" }) }).take(login());
  const [status, text] = (await get("/cb?code=c1&state=s1")) as [number, string];
  expect([status, text]).toEqual([502, expect.not.stringContaining("planted")]);
  await until(/does not speak HTTP/);
});

test("an agent that asks without end is looked at six times a minute, and told of a few times", async () => {
  let looked = 0;
  const { take } = started({
    domains: async () => {
      looked++;
      return { seen: [] };
    },
  });
  for (let at = 0; at < 500; at++) await take(`https://x${at}.example/`);
  expect([looked, seen.told.length]).toEqual([6, 6]);
});

test("a page without a callback is opened, and nobody listens", async () => {
  says = [true];
  await started().take("https://claude.ai/device?code=1");
  expect(seen.opened).toEqual(["https://claude.ai/device?code=1"]);
});

test("where no browser can be started the person is told the address", async () => {
  says = [true];
  await started({ open: async () => "there is neither a desktop nor a BROWSER here" }).take("https://claude.ai/device");
  expect(seen.told).toEqual([
    "open it yourself, for there is neither a desktop nor a BROWSER here: https://claude.ai/device",
  ]);
});
