import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describeAuditLine, describeProposals, describeSummary, verdictOf } from "../cli/format/audit-table.ts";
import { printable } from "../stack-file/printable.ts";
import {
  type AuditLine,
  AuditLineSchema,
  auditJsonSchema,
  isWanted,
  parseAuditLine,
  parseRequests,
  summarise,
  writeAuditLine,
} from "./audit-line.ts";
import { SANDBOX } from "./contract.ts";

const line = (over: Partial<AuditLine> = {}): AuditLine => ({
  time: "2026-11-21T09:00:00.000Z",
  client: "acme",
  kind: "tls",
  name: "github.com",
  address: "140.82.121.4",
  port: 443,
  verdict: "allow",
  reason: "allowed",
  up: 1200,
  down: 3_500_000,
  ms: 250,
  ...over,
});

test("docs/audit.schema.json is what the schema says: `bin/agentbox audit --schema >docs/audit.schema.json`", () => {
  const written = readFileSync(join(__dirname, "../docs/audit.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(JSON.parse(auditJsonSchema()));
});

test("a line that was cut off, or has another shape, is no line", () => {
  const text = JSON.stringify(line());
  expect(parseAuditLine(text)).toEqual(line());
  expect(parseAuditLine(text.slice(0, -9))).toBeUndefined();
  expect(parseAuditLine(JSON.stringify({ ...line(), more: 1 }))).toBeUndefined();
  expect(parseAuditLine(JSON.stringify(line({ kind: "shell" as "tls" })))).toBeUndefined();
});

test("a line of an older gateway, or of a newer one, is shown with the reason that it has", () => {
  for (const reason of ["kept again", "the kept one restored", "kept-policy-broken", "a-reason-of-tomorrow"]) {
    const old = line({ kind: "drift", name: "the kept policy", verdict: "deny", reason });
    expect(parseAuditLine(writeAuditLine(old))).toEqual(old);
    expect(describeAuditLine(old).join("")).toContain(`${reason}  `);
  }
});

test("whatever is in a name, a terminal gets one line of text without a control character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "binary" }), (name, reason) => {
      const [text, ...more] = describeAuditLine(line({ name, reason }));
      expect(more).toEqual([]);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(printable("a\u001b[2Jb\u202ec\nd")).toBe("a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
});

test("no text of the agent's begins a row of a terminal, or looks like the columns of a line", () => {
  const fake = "11-28 09:00:00  allow  tls      github.com:443                            allowed";
  const why = `${" ".repeat(200)}${fake}\u3000\u00a0x`;
  const [piped = "", ...rows] = describeAuditLine(line({ kind: "request", name: `a  b ${fake}`, reason: why }));
  expect(rows).toEqual([]);
  expect(piped.slice(16)).not.toMatch(/09:00:00 {2}allow/);
  expect(piped).toContain("\\u{20}×200");
  expect(piped).not.toMatch(/[\u3000\u00a0]/);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.string({ unit: "grapheme", maxLength: 600 }), (columns, text) => {
      const [first, ...more] = describeAuditLine(line({ reason: text }), { columns });
      expect(first).toMatch(/^11-21 09:00:00 {2}allow {2}tls/);
      for (const row of more) expect(row.startsWith("    ↳ ")).toBe(true);
      for (const row of [first!, ...more])
        expect([...row].reduce((sum, letter) => sum + (letter <= "~" ? 1 : 2), 0)).toBeLessThanOrEqual(
          Math.max(columns, 40),
        );
    }),
  );
  const summary = describeSummary([line({ verdict: "deny", name: `${"x".repeat(900)}${fake}` })], { columns: 80 });
  for (const row of summary.slice(1)) expect(row).toMatch(/^ {2}/);
});

test("a line for programs is the same line, in ASCII: it steers no terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
      const text = writeAuditLine(line({ name }));
      expect(text).toMatch(/^[ -~]*$/);
      expect(JSON.parse(text)).toEqual(line({ name }));
    }),
  );
});

test("a line for a person says when, what, who, why and how much", () => {
  expect(describeAuditLine(line())).toEqual([
    `11-21 09:00:00  allow  tls      ${"github.com:443".padEnd(40)}  allowed  ↑1.2K ↓3.3M  250ms`,
  ]);
  expect(verdictOf(line({ verdict: "deny" }))).toEqual({ part: "deny ", colour: 31 });
});

test("a line about a policy says which commit it came from", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  expect(describeAuditLine(line({ kind: "policy", commit, dirty: true })).join("")).toMatch(
    /commit 0123456789ab, with changes that are in no commit$/,
  );
});

test("--denied and --since choose lines", () => {
  const at = Date.parse(line().time);
  expect(isWanted(line(), { denied: true })).toBe(false);
  expect(isWanted(line({ verdict: "deny" }), { denied: true, since: at })).toBe(true);
  expect(isWanted(line(), { denied: false, since: at + 1 })).toBe(false);
});

test("what the product's own probes caused is left out of --denied, unless it is asked for", () => {
  const probe = line({ verdict: "deny", probe: true });
  expect(isWanted(probe, { denied: true })).toBe(false);
  expect(isWanted(probe, { denied: true, probes: true })).toBe(true);
  expect(isWanted(probe, { denied: false })).toBe(true);
  expect(describeAuditLine(probe)[0]).toMatch(/ {2}\(a probe of ours\)$/);
});

test("a summary adds up bytes by name and refusals by how often, those that were left out as well", () => {
  const refused = { verdict: "deny", up: 5, down: 0 } as const;
  const lines = [
    line({ up: 1, down: 2 }),
    line({ up: 10, down: 20 }),
    line({ name: "small.test", up: 1, down: 1 }),
    line({ ...refused, name: "evil.test" }),
    line({ ...refused, kind: "dns", name: "evil.test", port: 53 }),
    line({ ...refused, name: "", address: "", port: 0, reason: "left-out", count: 40 }),
    line({ kind: "policy", name: "hash" }),
  ];
  expect(summarise(lines)).toEqual({
    allowed: [
      { name: "github.com:443", count: 2, up: 11, down: 22 },
      { name: "small.test:443", count: 1, up: 1, down: 1 },
    ],
    refused: [
      { name: "(left out)", count: 40, up: 5, down: 0 },
      { name: "evil.test (dns)", count: 1, up: 5, down: 0 },
      { name: "evil.test:443", count: 1, up: 5, down: 0 },
    ],
    up: 12,
    down: 23,
  });
  expect(describeSummary(lines).join("\n")).toMatch(/^3 allowed, 42 refused; ↑12 ↓23\n {2}most bytes/);
});

describe("what the agent asks for", () => {
  const now = Date.parse("2026-11-28T09:00:00Z");

  test("is told as a line, with the port apart", () => {
    const asked = { time: "2026-11-21T09:00:00Z", want: "docs.example.com:8443", why: "the manual" };
    expect(parseRequests("acme", Buffer.from(`${JSON.stringify(asked)}\n`), now)).toEqual([
      expect.objectContaining({
        kind: "request",
        verdict: "asked",
        name: "docs.example.com",
        port: 8443,
        reason: "the manual",
      }),
    ]);
  });

  test("is of the shape of the audit, whatever the agent wrote", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .record({
          time: fc.constant("2026-11-21T09:00:00Z"),
          want: fc.string({ maxLength: 2000 }),
          why: fc.string({ maxLength: 2000 }),
        })
        .map((one) => JSON.stringify(one)),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(hostile), (texts) => {
        for (const request of parseRequests("acme", Buffer.from(texts.join("\n")), now)) AuditLineSchema.parse(request);
      }),
    );
  });

  test("has no time that has not come yet, whatever the agent wrote: the reader's clock is the last word", () => {
    const asked = (time: string) => Buffer.from(`${JSON.stringify({ time, want: "x.test" })}\n`);
    const times = ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-11-28T09:00:01Z"];
    expect(times.flatMap((time) => parseRequests("acme", asked(time), now)).map(({ time }) => time)).toEqual(
      times.map(() => "2026-11-28T09:00:00.000Z"),
    );
    expect(parseRequests("acme", asked("2026-11-28T08:59:59Z"), now)[0]!.time).toBe("2026-11-28T08:59:59Z");
  });

  test("shows every byte: those that are no text as they are, and text as text", () => {
    const bytes = (text: string) => Buffer.from(text, "latin1");
    const asked = Buffer.concat([
      bytes('{"time":"2026-11-21T09:00:00Z","want":"evil\xff.test","why":"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 '),
      bytes('\xc3 \xed\xa0\x80 \xf5\x80 \xc0\xaf \x80"}\n'),
    ]);
    expect(parseRequests("acme", asked, now)).toEqual([
      expect.objectContaining({
        name: "evil\\xff.test",
        reason: "ä € 😀 \\xc3 \\xed\\xa0\\x80 \\xf5\\x80 \\xc0\\xaf \\x80",
      }),
    ]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (why) => {
        const line = Buffer.from(JSON.stringify({ time: "2026-11-21T09:00:00Z", want: "x", why }));
        expect(parseRequests("acme", line, now)[0]!.reason).toBe(Buffer.from(why).toString().slice(0, 500));
      }),
    );
  });
});

test("the lines that would open what was refused are told below the summary: a service with the names it has, a name with its ports, five at most", () => {
  const wish = (name: string) => ({ name, ports: [443], refused: 1, reasons: [] });
  const own = (host: string) => ({ item: { host, ports: [22, 443] }, wishes: [wish(host)] });
  const github = { item: "github", wishes: [wish("api.github.com"), wish("github.com")] };
  expect(describeProposals([], "acme")).toEqual([]);
  expect(describeProposals([github, own("docs.test")], "acme")).toEqual([
    "  to open it    egress.allow: [github]                    api.github.com, github.com",
    "                egress.allow: [{host: docs.test, ports: [22, 443]}]",
    "                agentbox suggest acme: these 2 as a patch, with what each would change",
  ]);
  expect(describeProposals([github], "acme").at(-1)).toMatch(/acme: it as a patch/);
  const many = Array.from({ length: 9 }, (_, i) => own(`n${i}.test`));
  expect(describeProposals(many, "acme")).toHaveLength(6);
});

describe("the gateway's writer of the audit", () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let number = 0;
  const place = () => {
    const path = join(folder, String(number++));
    mkdirSync(path);
    return path;
  };
  const program = join(folder, "gatewayd");
  // For these tests alone the unit tests need a Go, which is fetched where there is none; what is in the program is tested by `go test` as well.
  beforeAll(() => {
    const go = execFileSync(join(__dirname, "../setup/go.sh"), { encoding: "utf8" }).trim();
    const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as "x64"];
    execFileSync("sh", [join(__dirname, "../images/gateway/gatewayd/build"), go, architecture, program]);
  }, 600_000);
  const writeAudit = (at: string, lines: readonly (AuditLine | string)[], refusals = place()) => {
    const input = lines.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join("");
    const env = { ...process.env, CLIENT: "acme" };
    const { stdout, stderr, status } = spawnSync(program, ["audit", at, refusals], {
      input,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((text) => AuditLineSchema.parse(JSON.parse(text)));
  };
  const written = (at: string) =>
    readdirSync(at)
      .sort()
      .flatMap((file) =>
        readFileSync(join(at, file), "utf8")
          .split("\n")
          .filter(Boolean)
          .map((text) => AuditLineSchema.parse(JSON.parse(text))),
      );

  test("writes each line to the container's output and to the volume, and goes on where it ended", () => {
    const at = place();
    expect(writeAudit(at, [line(), line({ kind: "policy" })])).toHaveLength(2);
    writeAudit(at, [line({ name: "second.test" })]);
    expect(readdirSync(at).sort()).toEqual(["gateway-00000001", "traffic-00000001"]);
    expect(
      written(at)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["github.com", "github.com", "second.test"]);
  });

  test("writes a line about a policy with the commit that it came from", () => {
    const folder = place();
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const live = line({ kind: "policy", reason: "live", commit });
    const lines = [live, { ...live, dirty: true as const }].map((of) => {
      // In the order that gatewayd writes them in.
      const { commit, dirty, ...rest } = of as typeof of & { dirty?: true };
      return { ...rest, commit, ...(dirty && { dirty }) };
    });
    expect(writeAudit(folder, lines)).toEqual(lines);
  });

  describe("what was refused last, for the agent", () => {
    const deny = (of: Partial<AuditLine>) => line({ verdict: "deny", reason: "domain", ...of });
    const told = (refusals: string) =>
      readFileSync(join(refusals, SANDBOX.refusalsFile), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((text) => JSON.parse(text));

    test("is what it tried and did not get, each once, and no address that was dialled", () => {
      const refusals = place();
      const lines = [
        ...[
          line(),
          line({ reason: "aborted", verdict: "deny" }),
          deny({ kind: "kernel", reason: "wall", address: "10.9.9.9" }),
        ],
        ...[deny({ kind: "inbound", reason: "unreachable" }), deny({ kind: "drift", reason: "restarted" })],
        ...[
          deny({ kind: "dns", name: "a.test", port: 53 }),
          deny({ name: "b.test", reason: "no-dns", address: "192.168.7.7" }),
        ],
        ...[deny({ kind: "dns", name: "a.test", port: 53 }), line({ name: "c.test", reason: "unreachable" })],
        deny({ kind: "kernel", name: "", address: "10.208.0.129", port: 8443, reason: "closed" }),
      ];
      writeAudit(place(), lines, refusals);
      expect(told(refusals)).toEqual([
        { time: expect.any(String), kind: "tls", name: "b.test", port: 443, reason: "no-dns" },
        { time: expect.any(String), kind: "dns", name: "a.test", port: 53, reason: "domain" },
        { time: expect.any(String), kind: "tls", name: "c.test", port: 443, reason: "unreachable" },
        { time: expect.any(String), kind: "kernel", name: "10.208.0.129", port: 8443, reason: "closed" },
      ]);
      expect(readdirSync(refusals)).toEqual([SANDBOX.refusalsFile]);
    });

    test("is bounded, goes on after a restart, and the agent can read it", () => {
      const refusals = place();
      const many = (of: string) => Array.from({ length: 30 }, (_, i) => deny({ name: `${of}${i}.test` }));
      writeAudit(place(), many("first"), refusals);
      writeAudit(place(), [deny({ name: "second.test" })], refusals);
      const names = told(refusals).map(({ name }) => name);
      expect(names).toHaveLength(SANDBOX.refusalsMost);
      expect(names.slice(-2)).toEqual(["first29.test", "second.test"]);
      expect(statSync(join(refusals, SANDBOX.refusalsFile)).mode & 0o777).toBe(0o644);
    });

    test.each<[string, Partial<AuditLine>, RegExp]>([
      [
        "a name that is in no line",
        { kind: "dns", name: "docs.test", port: 53 },
        /docs\.test {2}is in no line .*\n.*ask-for docs\.test "why"; .* egress\.allow: \[docs\.test\]/,
      ],
      ["a handshake of one", { name: "docs.test" }, /docs\.test:443 .*\n.*egress\.allow: \[docs\.test\]/],
      [
        "a port more of a name, with those that it has",
        { name: "git.test", port: 22, kind: "tcp", reason: "port" },
        /git\.test:22 .*\n.*ask-for git\.test:22 .*\{host: git\.test, ports: \[22, 443, 8443\]\}/,
      ],
      [
        "a machine of the LAN",
        { kind: "dns", name: "backend-host", port: 53 },
        /egress\.lan: \{backend-host: ADDRESS:PORT\}/,
      ],
      ["a name without an address", { name: "typo.test", reason: "no-dns" }, /typo\.test:443 .*no-dns.*\n.*resolvers/],
      [
        "a server that is down",
        { name: "down.test", reason: "unreachable" },
        /unreachable.*\n.*no line of the policy helps/,
      ],
      [
        "a packet for a port that nothing has",
        { kind: "kernel", name: "", address: "10.208.0.129", port: 81, reason: "closed" },
        /10\.208\.0\.129:81 .*closed.*\n.*ask-for NAME:81/,
      ],
      ...["x.test, *.evil.test", "'; rm -rf ~; '.test", "$(id).test", "--help.test", "127.0.0.1"].map(
        (name): [string, object, RegExp] => [
          `nothing to propose of ${name}`,
          { kind: "dns", port: 53, name, reason: "domain" },
          /\n {10}no line opens it: it is no host name\n/,
        ],
      ),
      ["a name that steers a terminal", { name: "\u001b[31m\u202ex.test" }, /^\d\d:\d\d:\d\d {2}\?\[31m\?x\.test:443/],
    ])("`refused` tells %s, and the line to propose", (_what, of, said) => {
      const refusals = place();
      writeAudit(place(), [deny(of)], refusals);
      const policy = join(place(), "policy.json");
      writeFileSync(policy, JSON.stringify({ allow: [{ name: "git.test", ports: [443, 8443] }] }));
      const { stdout, stderr, status } = refused(refusals, policy);
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout).toMatch(said);
    });

    test("`refused` says nothing of an open name that was asked for another kind of record", () => {
      const refusals = place();
      const names = ["git.test", "a.below.test", "host", "db", "below.test", "x.git.test"];
      const lines = names.map((name) => deny({ kind: "dns", port: 53, name, reason: "domain" }));
      writeAudit(place(), lines, refusals);
      const policy = join(place(), "policy.json");
      const [allow, endpoints, helpers] = [["git.test", "*.below.test"], ["host"], ["db"]].map((all) =>
        all!.map((name) => ({ name, ports: [443] })),
      );
      writeFileSync(policy, JSON.stringify({ allow, endpoints, helpers }));
      const { stdout, stderr } = refused(refusals, policy);
      expect(stderr).toBe("");
      expect(stdout.match(/^\d\d:\d\d:\d\d {2}\S+/gm)?.map((row) => row.slice(10))).toEqual([
        "below.test",
        "x.git.test",
      ]);
    });

    test("`refused` says so where nothing was, and works without a policy", () => {
      expect(refused(place(), "/nowhere")).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^nothing was refused/),
      });
      const refusals = place();
      writeAudit(place(), [deny({ name: "docs.test", reason: "port", port: 80, kind: "http" })], refusals);
      expect(refused(refusals, "/nowhere").stdout).toMatch(/\{host: docs\.test, ports: \[80\]\}/);
    });

    /** The program of the image, with other places. */
    function refused(refusals: string, policy: string) {
      const text = readFileSync(join(__dirname, "../images/runtime/refused"), "utf8")
        .replace(`${SANDBOX.refusals}/`, `${refusals}/`)
        .replace(`${SANDBOX.secrets}/policy.json`, policy);
      return spawnSync("bash", ["-c", text], { encoding: "utf8" });
    }
  });

  test("leaves out what is no audit line", () => {
    const at = place();
    expect(writeAudit(at, ["[NOTICE] haproxy says", '{"kind":"tls"}', line()])).toHaveLength(1);
  });

  test("leaves out what is longer than a line, to its end, and what was cut off, and tells how many", () => {
    const at = place();
    const inside = JSON.stringify(line({ name: "forged.test" }));
    const long = `${JSON.stringify(line({ name: "x".repeat(200_000) })).slice(0, -9)}`;
    writeAudit(at, [
      line({ name: "before.test" }),
      // What goes on after its start would be a line of its own.
      `${long}${"y".repeat(70_000)}${inside}`,
      JSON.stringify(line({ name: "z".repeat(5000) })),
      JSON.stringify(line({ name: "cut.test" })).slice(0, -9),
      line({ name: "after.test" }),
    ]);
    const lines = written(at);
    expect(lines.filter(({ kind }) => kind === "tls").map(({ name }) => name)).toEqual(["before.test", "after.test"]);
    expect(lines.find(({ reason }) => reason === "audit-lost")).toMatchObject({ count: 3 });
  });

  test("never takes a part of what is written slowly for a line", async () => {
    const at = place();
    const writer = spawn(program, ["audit", at, place()], {
      env: { ...process.env, CLIENT: "acme" },
      stdio: ["pipe", "ignore", "inherit"],
    });
    const write = async (text: string) => {
      writer.stdin.write(text);
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    for (const part of ["{".repeat(70_000), "x".repeat(5000), `${JSON.stringify(line({ name: "forged.test" }))}\n`])
      await write(part);
    writer.stdin.end(`${JSON.stringify(line({ name: "good.test" }))}\n`);
    await new Promise((resolve) => writer.on("close", resolve));
    expect(written(at).map(({ name, reason }) => name || reason)).toEqual(["audit-lost", "good.test"]);
  });

  test("tells a flood by its number and its bytes, and what is allowed beside it singly", () => {
    const at = place();
    const flood = Array.from({ length: 5000 }, () => line({ verdict: "deny", reason: "domain", up: 3, down: 1 }));
    writeAudit(at, [...flood, line({ name: "wanted.test" })]);
    const lines = written(at);
    const singly = lines.filter(({ reason }) => reason === "domain").length;
    const left = lines.filter(({ reason }) => reason === "left-out");
    expect(singly).toBeLessThan(5000);
    expect(singly + left.reduce((sum, { count }) => sum + count!, 0)).toBe(5000);
    expect(singly * 3 + left.reduce((sum, { up }) => sum + up, 0)).toBe(15_000);
    expect(lines).toContainEqual(line({ name: "wanted.test" }));
  });

  test("goes on when the volume cannot be written", () => {
    const at = place();
    rmSync(at, { recursive: true });
    writeFileSync(at, "in the way");
    expect(writeAudit(at, [line(), line()])).toHaveLength(2);
  });

  test("begins a line of its own after one that a crash cut off", () => {
    const at = place();
    writeFileSync(join(at, "traffic-00000001"), '{"time":"2026');
    writeAudit(at, [line()]);
    expect(readFileSync(join(at, "traffic-00000001"), "utf8").split("\n").map(parseAuditLine)).toEqual([
      undefined,
      line(),
      undefined,
    ]);
  });
});
