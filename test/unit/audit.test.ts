import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  type AuditLine,
  AuditLineSchema,
  auditJsonSchema,
  isWanted,
  parseAuditLine,
  parseRequests,
  summarise,
} from "../../model/audit/audit.ts";
import { describeAuditLine, describeSummary } from "../../model/audit/audit-text.ts";
import { printable } from "../../model/printable.ts";

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
  const written = readFileSync(join(__dirname, "../../docs/audit.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(JSON.parse(auditJsonSchema()));
});

test("a line that was cut off, or has another shape, is no line", () => {
  const text = JSON.stringify(line());
  expect(parseAuditLine(text)).toEqual(line());
  expect(parseAuditLine(text.slice(0, -9))).toBeUndefined();
  expect(parseAuditLine(JSON.stringify({ ...line(), more: 1 }))).toBeUndefined();
  expect(parseAuditLine(JSON.stringify(line({ kind: "shell" as "tls" })))).toBeUndefined();
});

test("whatever is in a name, a terminal gets one line of text without a control character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "binary" }), (name, reason) => {
      const text = describeAuditLine(line({ name, reason }), { colour: false });
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(printable("a\u001b[2Jb\u202ec\nd")).toBe("a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
});

test("a line for a person says when, what, who, why and how much", () => {
  expect(describeAuditLine(line(), { colour: false })).toBe(
    `11-21 09:00:00  allow  tls      ${"github.com:443".padEnd(40)}  allowed  ↑1.2K ↓3.3M  250ms`,
  );
  expect(describeAuditLine(line({ verdict: "deny" }), { colour: true })).toContain("\u001b[31mdeny \u001b[0m");
});

test("--denied and --since choose lines", () => {
  const at = Date.parse(line().time);
  expect(isWanted(line(), { denied: true })).toBe(false);
  expect(isWanted(line({ verdict: "deny" }), { denied: true, since: at })).toBe(true);
  expect(isWanted(line(), { denied: false, since: at + 1 })).toBe(false);
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
  expect(describeSummary(lines)).toMatch(/^3 allowed, 42 refused; ↑12 ↓23\n {2}most bytes/);
});

describe("what the agent asks for", () => {
  test("is told as a line, with the port apart", () => {
    const asked = { time: "2026-11-21T09:00:00Z", want: "docs.example.com:8443", why: "the manual" };
    expect(parseRequests("acme", `${JSON.stringify(asked)}\n`)).toEqual([
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
        for (const request of parseRequests("acme", texts.join("\n"))) AuditLineSchema.parse(request);
      }),
    );
  });
});

describe("the gateway's keeper", () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let number = 0;
  const place = () => {
    const path = join(folder, String(number++));
    mkdirSync(path);
    return path;
  };
  const keep = (at: string, lines: readonly (AuditLine | string)[], size = 1 << 20) => {
    const input = lines.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join("");
    const env = { ...process.env, CLIENT: "acme", AUDIT_FILE_SIZE: String(size) };
    const { stdout, stderr, status } = spawnSync("perl", [join(__dirname, "../../images/gateway/keep"), at], {
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
  const kept = (at: string) =>
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
    expect(keep(at, [line(), line({ kind: "policy" })])).toHaveLength(2);
    keep(at, [line({ name: "second.test" })]);
    expect(readdirSync(at).sort()).toEqual(["gateway-00000001", "traffic-00000001"]);
    expect(
      kept(at)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["github.com", "github.com", "second.test"]);
  });

  test("leaves out what is no audit line", () => {
    const at = place();
    expect(keep(at, ["[NOTICE] haproxy says", '{"kind":"tls"}', line()])).toHaveLength(1);
  });

  test("never grows over its bound, and what connections write takes nothing of the gateway's own", () => {
    const at = place();
    keep(
      at,
      [line({ kind: "drift", name: "kept" }), ...Array.from({ length: 1900 }, (_, i) => line({ name: `n${i}.test` }))],
      4096,
    );
    const files = readdirSync(at);
    expect(files.filter((file) => file.startsWith("traffic-"))).toHaveLength(16);
    expect(kept(at)).toContainEqual(line({ kind: "drift", name: "kept" }));
    expect(kept(at).at(-1)).toMatchObject({ name: "n1899.test" });
  });

  test("tells a flood by its number and its bytes, and what is allowed beside it singly", () => {
    const at = place();
    const flood = Array.from({ length: 5000 }, () => line({ verdict: "deny", reason: "domain", up: 3, down: 1 }));
    keep(at, [...flood, line({ name: "wanted.test" })]);
    const lines = kept(at);
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
    expect(keep(at, [line(), line()])).toHaveLength(2);
  });

  test("begins a line of its own after one that a crash cut off", () => {
    const at = place();
    writeFileSync(join(at, "traffic-00000001"), '{"time":"2026');
    keep(at, [line()]);
    expect(readFileSync(join(at, "traffic-00000001"), "utf8").split("\n").map(parseAuditLine)).toEqual([
      undefined,
      line(),
      undefined,
    ]);
  });
});
