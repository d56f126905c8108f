import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { useProject } from "./harness.ts";

/* Containers beside the agent: a real PostgreSQL and a real Redis of the distribution, built on the project's own image. */

const project = useProject();
const { engine } = project;
const HELPERS = {
  cache: {
    image: { packages: ["redis-server"] },
    command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data"],
    volume: "/data",
    ports: [6379],
    ready: { command: ["redis-cli", "ping"] },
  },
  db: {
    image: { packages: ["postgresql"] },
    command: [
      "bash",
      "-c",
      `PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
      if ! [ -s /var/lib/postgresql/app/PG_VERSION ]; then
        initdb -D /var/lib/postgresql/app -A trust -U app && echo "host all all all trust" >>/var/lib/postgresql/app/pg_hba.conf
      fi
      exec postgres -D /var/lib/postgresql/app -c listen_addresses=* -c unix_socket_directories=/tmp`,
    ],
    // The package has it in the image for itself, with a user of its own.
    volume: "/var/lib/postgresql",
    tmp: ["/var/log/postgresql"],
    ports: [5432],
  },
};
const acme = project.client("acme", { helpers: HELPERS });
const globex = project.client("globex", {});
const [cache, db] = [`${acme.name}-helper.cache`, `${acme.name}-helper.db`];
const images: string[] = [];

beforeAll(async () => {
  await Promise.all([acme.mustUp(), globex.mustUp()]);
  writeFileSync(join(acme.workspace, "sql.py"), SQL);
  for (const helper of [cache, db]) images.push(await engine.ask("inspect", "--format", "{{.Image}}", helper));
});
afterAll(async () => {
  await project.remove();
  for (const image of new Set(images)) await engine.run("rmi", "--force", image);
});

/** Asks Redis by the variable that an agent has of it. */
const redis = async (command: string) =>
  (
    await acme.exec(
      `enter shell -c 'at=\${REDIS_URL#redis://}; exec 3<>/dev/tcp/\${at%:*}/\${at#*:}; printf "${command}\\r\\nQUIT\\r\\n" >&3; cat <&3'`,
    )
  ).stdout.replaceAll("\r", "");

/** Asks PostgreSQL: what psql would, in the few words of its protocol that need no password. */
const SQL = `
import os, socket, struct, sys
s = socket.create_connection((os.environ["PGHOST"], int(os.environ["PGPORT"])), 5)
hello = b"user\\0app\\0database\\0postgres\\0\\0"
s.sendall(struct.pack("!ii", len(hello) + 8, 196608) + hello)
def read():
    kind, size = s.recv(1), struct.unpack("!i", s.recv(4, socket.MSG_WAITALL))[0]
    return kind, s.recv(size - 4, socket.MSG_WAITALL) if size > 4 else b""
def until_ready():
    rows = []
    while True:
        kind, body = read()
        if kind == b"E": sys.exit(body.decode())
        if kind == b"D": rows.append(body[6:].decode())
        if kind == b"Z": return rows
until_ready()
ask = sys.argv[1].encode() + b"\\0"
s.sendall(b"Q" + struct.pack("!i", len(ask) + 4) + ask)
print("\\n".join(until_ready()))
`;
const sql = async (statement: string) => {
  const { stdout, stderr } = await acme.exec(`enter shell -c 'python3 /workspace/sql.py "${statement}"'`);
  return stdout + stderr;
};
const inHelper = (helper: string, command: string) => engine.run("exec", helper, "bash", "-c", command);

test("an agent reaches them by name and by the variables that programs look for", async () => {
  expect(await redis("SET a 1")).toBe("+OK\n+OK\n");
  expect(await sql("create table t(x int); insert into t values (41); select x + 1 from t")).toBe("42\n");
  expect((await acme.exec("jq -c .helpers /run/agent-sandbox/policy.json")).stdout).toBe(
    '[{"name":"cache","ports":[6379]},{"name":"db","ports":[5432]}]\n',
  );
});

test("what they keep outlives their containers, which are made anew where their lines change, and no other", async () => {
  const ids = () => engine.ask("inspect", "--format", "{{.Id}}", acme.agent, acme.gateway, cache, db);
  const before = (await ids()).split("\n");
  // A limit changes while it runs; a variable is another container.
  const edited = { ...HELPERS.db, environment: { TZ: "UTC" }, limits: { memory: "512MiB" } };
  acme.write({ helpers: { cache: { ...HELPERS.cache, limits: { memory: "512MiB" } }, db: edited } });
  const { stdout } = await acme.mustUp();
  expect(stdout).toMatch(/helper-settings +~ cache limits.memory 1024MiB → 512MiB/);
  expect(stdout).toMatch(/helper-settings +\+ db: environment.TZ "UTC"/);
  const after = (await ids()).split("\n");
  expect(after.map((id, index) => id === before[index])).toEqual([true, true, true, false]);
  expect(await sql("select x from t")).toBe("41\n");
  expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
});

test("whoever takes one over has no right and no way out: not to the world, the host, the gateway, nor another client", async () => {
  const own = await inHelper(
    db,
    "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; touch /run/x /tmp/x /var/log/postgresql/x /x /usr/x 2>&1; ls /run/secrets 2>&1",
  );
  expect(own.stdout).toMatch(/CapPrm:\s0{16}\nCapEff:\s0{16}\nCapBnd:\s0{16}/);
  expect(own.stdout).toMatch(/NoNewPrivs:\s1\nSeccomp:\s2\n/);
  expect(own.stdout).not.toMatch(/Permission denied/);
  expect(own.stdout).toMatch(/Read-only file system(.|\n)*Read-only file system(.|\n)*No such file/);
  const { evil, lan } = project.internet.addresses;
  const neighbour = await engine.ask(
    "inspect",
    "--format",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}",
    globex.agent,
  );
  for (const address of [evil, lan, neighbour.split(" ")[0]!])
    for (const port of [80, 443, 22])
      expect((await inHelper(db, `timeout 2 bash -c '</dev/tcp/${address}/${port}'`)).code).not.toBe(0);
  expect((await inHelper(db, "getent hosts allowed.test")).stdout).toBe("");
  const gateway = "$(awk '$2 ~ /gateway/ { print $1 }' /etc/hosts)";
  expect(
    (await inHelper(db, `for p in 53 80 443; do timeout 1 bash -c "</dev/tcp/${gateway}/$p" && echo open; done`))
      .stdout,
  ).toBe("");
  expect(await project.internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  expect((await globex.exec("getent hosts db cache")).stdout).toBe("");
});

test("their walls are proven, and what somebody did to them is found, and mended by an up", async () => {
  expect((await project.agentbox("verify", acme.name)).stdout).toMatch(
    /ok +helper db: walls: \d+ looks and probes: all walls hold/,
  );
  expect((await project.agentbox("logs", acme.name, "--of", "db")).stdout).toMatch(
    /^\S+Z {2}db {2}.*ready to accept connections$/m,
  );
  await engine.ask("rm", "--force", cache);
  await engine.ask("network", "connect", "bridge", db);
  const status = (await project.agentbox("status", acme.name)).stdout;
  expect(status).toContain("  ENDED    helper cache: is not there; an `up` places it\n  ok       helper db: runs\n");
  const { code, stdout } = await project.agentbox("verify", acme.name);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /FOUND +helper cache: is there(.|\n)*FOUND +helper db: networks\n +network bridge is not planned/,
  );
  const { text } = await acme.mustUp();
  expect(text).toContain(`${cache}: it is not there any more; it is placed anew`);
  expect((await project.agentbox("verify", acme.name)).code).toBe(0);
  expect(await redis("GET a")).toMatch(/^(\$-1|\$1\n1)\n/);
});

test("one that does not begin is told with its last words, and the agent goes on", async () => {
  const before = await engine.ask("inspect", "--format", "{{.State.StartedAt}}", acme.agent);
  acme.write({
    helpers: { ...HELPERS, cache: { ...HELPERS.cache, command: ["redis-server", "--no-such-word", "1"] } },
  });
  const { code, text } = await acme.up();
  expect(code).not.toBe(0);
  expect(text).toMatch(/no-such-word/);
  expect(text).toMatch(new RegExp(`${cache} is not ready after \\d+ s: .redis-cli ping. does not succeed in it`));
  expect(text).not.toMatch(/LEAK/);
  expect(await engine.ask("inspect", "--format", "{{.State.StartedAt}} {{.State.Status}}", acme.agent)).toBe(
    `${before} running`,
  );
  acme.write({ helpers: HELPERS });
  await acme.mustUp();
  expect(await sql("select x from t")).toBe("41\n");
});

test("what has its name and is another client's, or nobody's, is refused and stays as it is", async () => {
  const label = `agent-sandbox.client=${globex.name}`;
  const [volume, container] = [`${acme.name}-helper.spare`, `${acme.name}-helper.extra`];
  await engine.ask("volume", "create", "--label", label, volume);
  await engine.ask("create", "--name", container, images[0]!, "true");
  try {
    const spare = { ...HELPERS.cache, volume: "/data" };
    acme.write({ helpers: { ...HELPERS, spare, extra: { ...HELPERS.cache, volume: undefined } } });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toContain(
      `there is a volume ${volume} already, and it is the client ${globex.name}'s, whose it stays`,
    );
    expect(text).toContain(`there is a container ${container} already, which is none of ${acme.name}'s`);
    expect(await engine.ask("volume", "inspect", "--format", "{{json .Labels}}", volume)).toContain(globex.name);
  } finally {
    await engine.ask("rm", container);
    await engine.ask("volume", "rm", volume);
    acme.write({ helpers: HELPERS });
  }
});

test("one whose line is gone is gone, its state stays as long as the client does, and a destroy leaves nothing of any", async () => {
  acme.write({ helpers: { db: HELPERS.db } });
  await acme.mustUp();
  const { containers, volumes } = await engine.residue(acme.name);
  expect([containers.includes(cache), containers.includes(db), volumes.includes(cache)]).toEqual([false, true, true]);
  expect((await acme.exec("getent hosts cache; enter shell -c 'env | grep ^REDIS || echo none'")).stdout).toBe(
    "none\n",
  );
  expect((await acme.destroy()).code).toBe(0);
  expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
});
