import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX } from "../../gateway/contract.ts";
import { hostPorts } from "../../plan/host-ports.ts";
import { compare } from "../../plan/review/compare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { declared, specOf } from "../../test/declared.ts";
import { placeOf } from "../delivered.ts";
import { sshFacts, sshTopics } from "./facts.ts";
import { ssh } from "./plan.ts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const ED = `ssh-ed25519 ${KEY}`;
const read = (ssh: unknown) => parseSpec({ workspace: "/srv/acme", ssh });
const told = (ssh: unknown) => read(ssh).problems.map(({ path, message }) => `${path} ${message}`);
const withKey = (line: unknown) => told({ port: 2222, authorizedKeys: [line] });

/** A key of these parts behind its type. */
function made(type: string, ...parts: Buffer[]): string {
  const sized = [Buffer.from(type), ...parts].map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return Buffer.concat([length, part]);
  });
  return `${type} ${Buffer.concat(sized).toString("base64")}`;
}
const rsa = (bits: number) =>
  made("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0, 0x80]), Buffer.alloc(bits / 8 - 1, 1)]));

test.each([
  `${ED} anna@laptop`,
  ED,
  rsa(3072),
  made("sk-ssh-ed25519@openssh.com", Buffer.alloc(32, 1), Buffer.from("ssh:")),
  made("sk-ecdsa-sha2-nistp256@openssh.com", Buffer.from("nistp256"), Buffer.alloc(65, 4), Buffer.from("ssh:")),
])("%s is let in", (line) => expect(withKey(line)).toEqual([]));

test.each([
  ["options before it", `command="sh" ${ED}`, /is no public key: write one line without options before it/],
  ["a second line", `${ED}\n${ED}`, /is no public key/],
  ["one that is cut off", ED.slice(0, -4), /is no public key/],
  ["an rsa key of 2048 bits", rsa(2048), /is an rsa key of 2048 bits, and 3072 are the least/],
  ["an authority", `cert-authority ${ED}`, /is no public key/],
  ["a certificate", `ssh-ed25519-cert-v01@openssh.com ${KEY}`, /is no public key/],
  ["no text", 7, /7 is not a public key/],
])("%s is refused", (_what, line, says) =>
  expect(withKey(line)).toEqual([expect.stringMatching(new RegExp(`^ssh\\.authorizedKeys\\[0\\] .*${says.source}`))]),
);

test("a private key is refused, and nothing of it repeated", () => {
  const [message, ...more] = withKey("-----BEGIN OPENSSH PRIVATE KEY-----\nplanted\n-----END OPENSSH PRIVATE KEY-----");
  expect(more).toEqual([]);
  expect(message).toMatch(/is a private key, which belongs in no stack file/);
  expect(message).not.toContain("planted");
});

test.each([
  ["no port", { authorizedKeys: [ED] }, /^ssh\.port .*port of the host/],
  [
    "a port without rights",
    { port: 22, authorizedKeys: [ED] },
    /^ssh\.port 22 is not a port of the host; write one from 1024/,
  ],
  ["no key", { port: 2222, authorizedKeys: [] }, /^ssh\.authorizedKeys is empty; write at least one/],
  [
    "a key that is no key of it",
    { port: 2222, authorizedKeys: [ED], password: "x" },
    /^ssh\.password is not a key here/,
  ],
  ["a word", true, /^ssh is not a mapping with the keys authorizedKeys, listen, port/],
])("%s is refused", (_what, ssh, says) => expect(told(ssh)).toEqual([expect.stringMatching(says)]));

test.each([
  "localhost",
  "::1",
  "0.0.0.1",
  "127.0.0.2",
  "224.0.0.1",
  "255.255.255.255",
  "192.168.1",
  "192.168.1.7/24",
  "",
])("it does not listen at %j", (listen) =>
  expect(told({ port: 2222, authorizedKeys: [ED], listen })).toEqual([
    expect.stringMatching(/^ssh\.listen .*; write /),
  ]),
);

test("the keys are a delivered file, each once, with nothing but a terminal and ports; what stands behind them is not in it", () => {
  const of = declared({ ssh: { port: 2222, authorizedKeys: [`${ED} anna`, `${ED} bob`] } });
  expect(of.problems).toEqual([]);
  const files = of.files.filter(({ role }) => role === "sshd");
  expect(files.map((file) => [placeOf(file), file.source])).toEqual([
    ["sshd/authorized_keys", { text: `restrict,pty,port-forwarding ${ED}\n` }],
  ]);
});

test("in profile lockdown it is refused, for the sandbox would have another host key at each start", () => {
  const spec = specOf({ profile: "lockdown", ssh: { port: 2222, authorizedKeys: [ED] } });
  expect(ssh.check?.({ ...declared(), spec }).map(({ path, message }) => `${path} ${message}`)).toEqual([
    expect.stringMatching(/^ssh .*forgets at each stop.*agentbox ssh-config/),
  ]);
});

test("the port leads to where the image's sshd listens, which reads the file that is delivered", () => {
  const script = readFileSync(join(__dirname, "../../images/runtime/serve-ssh"), "utf8");
  expect(script).toMatch(new RegExp(`^port=${SANDBOX.sshPort}$`, "m"));
  expect(script).toMatch(new RegExp(`^keys=${SANDBOX.secrets}/sshd/authorized_keys$`, "m"));
  const { spec } = read({ port: 2222, authorizedKeys: [ED], listen: "0.0.0.0" });
  expect(hostPorts(spec!)).toEqual([{ port: 2222, to: SANDBOX.sshPort, listen: "0.0.0.0", key: "ssh.port" }]);
});

test("who comes in is known by the fingerprint; another name behind a key is no change, the port's number is none that decides", () => {
  const facts = (ssh: unknown) => {
    const { spec, files } = declared({ ssh });
    return sshFacts(spec, files);
  };
  const before = facts({ port: 2222, authorizedKeys: [`${ED} anna`] });
  const changes = (after: unknown) =>
    compare(before, facts(after), sshTopics).map((change) => `${change.class} ${change.sign}`);
  expect(changes({ port: 2222, authorizedKeys: [`${ED} bob`] })).toEqual([]);
  expect(changes({ port: 2222, authorizedKeys: [ED], listen: "0.0.0.0" })).toEqual(["widens ~"]);
  expect(changes({ port: 2223, authorizedKeys: [ED] }).some((change) => change.startsWith("widens"))).toBe(false);
});

test("the address is the one that the gateway's container publishes on", () => {
  const { spec, files } = declared({ ssh: { port: 2222, authorizedKeys: [ED] } });
  const [fact] = sshFacts(spec, files, [{ address: "0.0.0.0", port: 2222 }]);
  expect(fact?.says).toBe("at 0.0.0.0");
});
