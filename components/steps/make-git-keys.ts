import { say } from "../../host/say.ts";
import { GIT_KEYS } from "../../plan/git-keys.ts";
import { type KeyVolume, makeGitKeys } from "../../target/engine/git-keys.ts";
import { runStep, type StepWords } from "./words.ts";

export interface MakeGitKeysWords extends StepWords, KeyVolume {
  /** `uid:gid` that may read them. */
  owner: string;
}

// Makes a client's keys for git, those that are not there. On stdout, which the stack keeps, the public halves.
await runStep(async ({ engine, client, volume, image, owner }: MakeGitKeysWords) => {
  const keys = await makeGitKeys(engine, { client, volume, image }, owner);
  for (const name of GIT_KEYS) say(`${name} ${keys[name]}`);
});
