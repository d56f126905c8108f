import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeCertificates } from "./certificates.ts";
import { readSecrets } from "./look.ts";

/** Of nobody, with its key thrown away. It ends in 2126. */
const ROOT = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUKJmnvLlh2ZHc/H1Olp5gzv2zVGowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYWNtZSByb290MCAXDTI2MTEyODA0Mzk1MFoYDzIxMjYxMTA0
MDQzOTUwWjAUMRIwEAYDVQQDDAlhY21lIHJvb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQiTx3MOhdP5OjczV8QftdYYP04MNC3340dE6ehjLT4oF0oz5hMywMo
Pn+/XZXnUqJrFzLBIEwx7G74N3hzofuGo1MwUTAdBgNVHQ4EFgQU/l6fOakhxPpm
6lGIDTOkoRDK5Z8wHwYDVR0jBBgwFoAU/l6fOakhxPpm6lGIDTOkoRDK5Z8wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAmjzBCFe8LpT8d3XvxjWY
3+S2J4txlHCtLsQAo/GyqycCIQDqCWOfaNTw/XMDFNMJ+GmsCKXS9k/BoJ50Ibbf
wle+2g==
-----END CERTIFICATE-----
`;
/** Of a server, signed by such a root. */
const LEAF = `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUF+4gq93gNIsr8+J1TAYtmOM1yF0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYWNtZSByb290MCAXDTI2MTEyODA5MDc0N1oYDzIxMjUwNjIy
MDkwNzQ3WjAbMRkwFwYDVQQDDBBnaXQuYWNtZS5leGFtcGxlMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEhlG91mRJWtGu9k3W7BxHGdiKXwhn1Dy1cnr/Uqpy1CyT
m79RW1FjiA0s6hyT0R2J1mGdMQjmOROj0/hkXsi/LaNQME4wDAYDVR0TAQH/BAIw
ADAdBgNVHQ4EFgQUyaF9ud4mNMbfLK0KzJOrG+6Zh1EwHwYDVR0jBBgwFoAUl0Aj
raYAZMsCZcYxcxrDLHJPp54wCgYIKoZIzj0EAwIDSAAwRQIhAO4f8S7vIPCiB8XL
hvgP4nhGcT5ZQnRq2IC6wo0vsd+NAiALT6sM2qMoRwZnXTJ1ijRDCSnAnwuORob1
sRtDKsKQIg==
-----END CERTIFICATE-----
`;
const der = Buffer.from(new X509Certificate(ROOT).raw);
const judged = (content: string | Buffer, now = "2026-12-01") =>
  judgeCertificates(Buffer.from(content), "~/corp.crt", new Date(now));

test.each([
  ["one", ROOT],
  ["a bundle", `${ROOT}\n${ROOT}`],
  ["with words between", `# corp\nsubject=CN = acme root\n${ROOT}`],
  ["with the line ends of Windows", ROOT.replaceAll("\n", "\r\n")],
])("certificates in PEM form are fine: %s", (_case, content) => {
  expect(judged(content)).toEqual({});
});

test("one in DER form is refused with the command that mends it", () => {
  expect(judged(der).refused).toContain(
    "is a certificate in DER form; programs in the sandbox read PEM: openssl x509 -inform der -in ~/corp.crt -out ~/corp.pem",
  );
});

test.each([
  ["a text", "# agent-sandbox\nCoding agents …", /is no certificate in PEM form/],
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
  expect(judged(ROOT, "2200-01-01")).toEqual({ warning: expect.stringMatching(/^~\/corp.crt: acme root ended on /) });
});

test("one whose time has not come, and one of a server that an authority signed, are warnings", () => {
  expect(judged(ROOT, "2020-01-01")).toEqual({ warning: expect.stringMatching(/: acme root begins on /) });
  expect(judged(`${ROOT}${LEAF}`)).toEqual({
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
  const { problems } = await readSecrets([...files, other], world, { id: "", key: Buffer.from("k") });
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^ca\[0\]: README.md is no certificate in PEM form/),
    expect.stringMatching(/^ca\[2\]: der is a certificate in DER form/),
  ]);
  rmSync(folder, { recursive: true });
});
