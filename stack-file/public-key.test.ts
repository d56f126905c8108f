import { fingerprintOf, readPublicKey } from "./public-key.ts";

const ED = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

test("a key is read with what stands behind it, and known by its fingerprint", () => {
  expect(readPublicKey(`ssh-ed25519 ${ED}`)).toEqual({ type: "ssh-ed25519", key: ED, comment: "" });
  expect(readPublicKey(`ssh-ed25519 ${ED} acme signing`)?.comment).toBe("acme signing");
  // As docs.github.com has it.
  expect(fingerprintOf(ED)).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
});

test.each([
  ["another type", `ssh-dss ${ED}`],
  ["a type that is not the key's", `ssh-rsa ${ED}`],
  ["no base64", "ssh-ed25519 AAAA-zzz"],
  ["cut off", `ssh-ed25519 ${ED.slice(0, -4)}`],
  [
    "more behind the key",
    `ssh-ed25519 ${Buffer.concat([Buffer.from(ED, "base64"), Buffer.from("x")]).toString("base64")}`,
  ],
  ["bits that no key has", `ssh-ed25519 ${ED.slice(0, -1)}m`.replace("m", "l=")],
  ["an rsa key of 1024 bits", `ssh-rsa ${rsa(129)}`],
  ["two lines", `ssh-ed25519 ${ED}\nssh-ed25519 ${ED}`],
  ["a command to a terminal", `ssh-ed25519 ${ED} \u001b[2J`],
  ["a long comment", `ssh-ed25519 ${ED} ${"x".repeat(201)}`],
  ["options before it", `command="sh" ssh-ed25519 ${ED}`],
  ["a property of objects", `constructor ${ED}`],
  ["nothing", ""],
])("%s is no key", (_what, line) => expect(readPublicKey(line)).toBeUndefined());

test("an rsa key of 2048 bits is one", () => expect(readPublicKey(`ssh-rsa ${rsa(257)}`)?.type).toBe("ssh-rsa"));

function rsa(bytes: number): string {
  const part = (content: Buffer) =>
    Buffer.concat([Buffer.from([0, 0, content.length >> 8, content.length & 255]), content]);
  return Buffer.concat([
    part(Buffer.from("ssh-rsa")),
    part(Buffer.from([1, 0, 1])),
    part(Buffer.alloc(bytes, 1)),
  ]).toString("base64");
}
