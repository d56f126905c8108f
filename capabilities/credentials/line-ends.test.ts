import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { withoutLineEnds } from "./line-ends.ts";

const delivered = (value: string | Buffer, role: Parameters<typeof withoutLineEnds>[0] = "secret") =>
  withoutLineEnds(role, Buffer.from(value));
const KEY = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();

test.each(["token\n", "token\r\n", "token", "token\n\n", "token\r"])("%j is the value alone", (value) => {
  for (const role of ["secret", "variable", "git"] as const) expect(delivered(value, role).toString()).toBe("token");
});

test.each([
  ["Windows' ends of lines", KEY.replaceAll("\n", "\r\n")],
  ["no end of its last line", KEY.trimEnd()],
  ["several ends", `${KEY}\n\r\n`],
  ["its own", KEY],
])("a key with %s has the ends that its readers take", (_what, key) => {
  expect(delivered(key).toString()).toBe(KEY);
});

test("what is in a key besides its block stays: attributes, a certificate, a comment", () => {
  const bag = `Bag Attributes\r\n    friendlyName: x\r\n${KEY.replaceAll("\n", "\r\n")}subject=x\r\n${KEY}`;
  expect(delivered(bag).toString()).toBe(`Bag Attributes\n    friendlyName: x\n${KEY}subject=x\n${KEY}`);
});

test.each([
  ["several lines that are no key", "a\r\nb\r\n"],
  ["a script", "#!/bin/sh\necho\n"],
  ["a word that only mentions a key", "see -----BEGIN PRIVATE KEY-----\r\nhere\r\n"],
])("%s is as it is", (_what, text) => {
  expect(delivered(text).toString()).toBe(text);
});

test("what is no text is as it is, byte by byte", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const value = Buffer.concat([Buffer.from(bytes), Buffer.from([0xff, 0x0a])]);
      expect(delivered(value)).toEqual(value);
    }),
  );
});

test("a login and a dotfile are other programs' files", () => {
  for (const role of ["login", "dotfile", "certificates"] as const)
    expect(delivered("{}\r\n", role).toString()).toBe("{}\r\n");
});
