import { forPeople, keyDifferences } from "../../plan/git-keys.ts";
import { readGitKeys } from "./git-keys.ts";

const KEYS = [
  "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
  "AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
] as const;
const made = {
  authentication: `ssh-ed25519 ${KEYS[0]} acme-authentication`,
  signing: `ssh-ed25519 ${KEYS[1]} acme-signing`,
};
const told = ({ authentication, signing }: typeof made) => `authentication ${authentication}\nsigning ${signing}\n`;

test("both keys are read, each by its name", () => {
  expect(readGitKeys(told(made))).toEqual(made);
  expect(forPeople(made)).toMatchObject(made);
});

test.each<[what: string, text: string]>([
  ["nothing", ""],
  ["one alone", `authentication ${made.authentication}\n`],
  ["a text that is cut off", told(made).slice(0, -30)],
  ["more lines", `${told(made)}signing ssh-ed25519 ${KEYS[0]}\n`],
  ["a command to a terminal", told({ ...made, signing: `${made.signing}\u001b[2J` })],
  ["another type of key", told({ ...made, signing: made.signing.replace("ssh-ed25519", "ssh-rsa") })],
  ["a file of something else", told({ ...made, signing: "root:x:0:0:root:/root:/bin/bash" })],
])("%s is no pair of keys", (_what, text) => expect(readGitKeys(text)).toBeUndefined());

test("keys that are others than those that were made are told by their fingerprints, whatever stands behind them", () => {
  expect(keyDifferences(made, made)).toEqual([]);
  expect(keyDifferences(made, { ...made, signing: `ssh-ed25519 ${KEYS[1]} renamed` })).toEqual([]);
  expect(keyDifferences(made, { ...made, signing: `ssh-ed25519 ${KEYS[0]} acme-signing` })).toEqual([
    "the key for signing is SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU, and SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8 was made: somebody replaced it",
  ]);
  expect(keyDifferences(made, undefined)).toEqual([expect.stringContaining("are not there, or are none")]);
});
