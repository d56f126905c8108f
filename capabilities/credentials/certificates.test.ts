import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LEAF, ROOT } from "./certificates.sample.ts";
import { judgeCertificates } from "./certificates.ts";
import { readSecrets } from "./look.ts";

const der = Buffer.from(new X509Certificate(ROOT).raw);
const judged = (content: string | Buffer, now = "2026-12-01") =>
  judgeCertificates(Buffer.from(content), "~/corp.crt", new Date(now));

test.each([
  ["one", ROOT],
  ["one in DER form", der],
  ["with words between", `# corp\nsubject=CN = acme root\n${ROOT}`],
  ["with the line ends of Windows", ROOT.replaceAll("\n", "\r\n")],
  ["as Windows' editors save Unicode", Buffer.from(`\ufeff${ROOT}`, "utf16le")],
  ["as older OpenSSLs call it", ROOT.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ["on one line", ROOT.replace(/(?<=[\w+/=])\n(?=[\w+/=])/g, "")],
])("is delivered in PEM form, and nothing else of its file: %s", (_case, content) => {
  expect(judged(content)).toEqual({ delivered: Buffer.from(ROOT) });
});

test("a bundle is delivered whole, in its order", () => {
  expect(judged(`${ROOT}\n# and\n${LEAF}`)).toMatchObject({ delivered: Buffer.from(ROOT + LEAF) });
});

test.each([
  ["a text", "# agent-sandbox\nCoding agents …", /is no certificate, in PEM form .* or in DER form/],
  ["half of one in DER form", der.subarray(0, 200), /is no certificate/],
  ["the first letters of one", ROOT.slice(0, 200), /1 certificates that begin and 0 that end/],
  // Took minutes: a search from each beginning to the end of the file.
  ["as many beginnings as a file may have", "-----BEGIN X-----\n".repeat(58_000), /is no certificate/],
  ["a PKCS7", "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", /holds a PKCS7; .* openssl pkcs7/],
  ["a private key that is cut off", `${ROOT}-----BEGIN EC PRIVATE KEY-----\nAAAA`, /holds a private key/],
  ["a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", /holds a PUBLIC KEY and no CERTIFICATE/],
  [
    "a private key beside it",
    `${ROOT}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
    /holds a private key/,
  ],
  ["one that is cut off", `${ROOT}${ROOT.slice(0, 200)}`, /2 certificates that begin and 1 that end/],
  [
    "letters that are none",
    `${ROOT}${ROOT.replace(/MII.{20}/, "MIIAAAAAAAAAAAAAAAAAAAA")}`,
    /no certificate can be read of it \(certificate 2 of 2\)/,
  ],
])("what is none is refused: %s", (_case, content, says) => {
  expect(judged(content).refused).toMatch(says);
});

test("one whose time is over is a warning", () => {
  expect(judged(ROOT, "2200-01-01")).toMatchObject({
    warning: expect.stringMatching(/^~\/corp.crt: acme root ended on /),
  });
});

test("one whose time has not come, and one of a server that an authority signed, are warnings", () => {
  expect(judged(ROOT, "2020-01-01")).toMatchObject({ warning: expect.stringMatching(/: acme root begins on /) });
  expect(judged(`${ROOT}${LEAF}`)).toMatchObject({
    warning: expect.stringMatching(
      /: git\.acme\.example is no authority's \(it was signed by acme root\) \(certificate 2 of 2\)/,
    ),
  });
});

test("a file of ca is judged where secrets are read, and no other secret is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  process.env.XDG_CONFIG_HOME = folder;
  for (const [name, content] of Object.entries({ "README.md": readFileSync("README.md"), "root.pem": ROOT, der }))
    writeFileSync(join(folder, name), content, { mode: name === "README.md" ? 0o600 : 0o644 });
  const files = ["README.md", "root.pem", "der"].map((file, index) => ({
    role: "certificates" as const,
    number: index,
    source: { file },
    key: `ca[${index}]`,
  }));
  const other = { role: "secret" as const, name: "TOKEN", source: { file: "README.md" }, key: "secrets.TOKEN" };
  const world = { root: folder, writable: [], encrypted: new Map() };
  const { problems, values } = await readSecrets([...files, other], world, { id: "", key: Buffer.from("k") });
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^ca\[0\]: README.md is no certificate, in PEM form/),
  ]);
  expect(String(values.get("ca/2.pem"))).toBe(ROOT);
  rmSync(folder, { recursive: true });
});
