import { withoutSalt } from "./salt.ts";

const SALT = "encryptionsalt: v1:x:y\n";
test.each([
  ["at its end", `config:\n  a: b\n${SALT}`, "config:\n  a: b\n"],
  ["at its beginning", `${SALT}config:\n  a: b\n`, "config:\n  a: b\n"],
  ["beside what is encrypted", `${SALT}config:\n  a: {secure: v1:z}\n`, `${SALT}config:\n  a: {secure: v1:z}\n`],
  ["that is a remark", `config:\n  # encryptionsalt: v1\n`, `config:\n  # encryptionsalt: v1\n`],
])("a text with a salt %s is as git has it", (_where, text, inGit) => {
  expect(withoutSalt(text)).toBe(inGit);
});
