import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GIT_KEYS, type GitKeys } from "../../plan/git-keys.ts";
import { readPublicKey } from "../../stack-file/public-key.ts";
import type { Look } from "../look.ts";
import { isGone, type Reach, runClient } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** A client's volume of keys. */
export interface KeyVolume {
  client: string;
  volume: string;
  /** A trusted image. */
  image: string;
}

/**
 * Makes a client's keys for git in a volume, those that are not there. Private ones never leave it.
 * @param of an image that has ssh-keygen  @param owner `uid:gid` that may read them: ssh takes no key that others may
 * @returns the public halves
 * @throws Error with what was said against it
 */
export async function makeGitKeys(engine: Reach, of: KeyVolume, owner: string): Promise<GitKeys> {
  const { client, volume, image } = of;
  const said = await runTrusted(engine, {
    ...{ name: `${client}-keys`, client, image, user: "0:0", owner },
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    volumes: [`${volume}:/keys:nocopy`],
    environment: { OWNER: owner, CLIENT: client },
    program: ["/bin/bash", "-c", readFileSync(join(import.meta.dirname, "make-git-keys.sh"), "utf8")],
  });
  if (!said.ok) throw new Error(`the keys of ${client} for git could not be made: ${said.why}`);
  const keys = readGitKeys(said.stdout);
  if (!keys) throw new Error(`the keys of ${client} for git were made, and their public halves are none`);
  return keys;
}

/** So much of each public key is read. One of ed25519 has 80 letters before its comment. */
const MOST = 500;

/**
 * Reads a client's public keys. Whoever has the engine's host can write the volume, so nothing in it is believed: no link is followed, no more than a line's
 * length is read, and what is no key is told as missing.
 * @returns nothing where there is no such volume
 */
export async function tellGitKeys(
  engine: Reach,
  { client, volume, image }: KeyVolume,
): Promise<Look<GitKeys | undefined>> {
  const there = await runClient(engine, ["volume", "inspect", "--format", "{{.Name}}", volume]);
  if (isGone(there)) return { seen: undefined };
  if (!there.ok) return { unseen: there.why };
  const look = `for name in ${GIT_KEYS.join(" ")}; do
    if [ -f /keys/$name ] && [ -f /keys/$name.pub ] && ! [ -L /keys/$name.pub ]; then printf '%s %s\\n' $name "$(head -c ${MOST} /keys/$name.pub | tr -d '\\0')"; fi
  done`;
  const said = await runTrusted(engine, {
    ...{ name: `${client}-keys`, client, image, user: "0:0" },
    capabilities: ["DAC_READ_SEARCH"],
    volumes: [`${volume}:/keys:ro`],
    program: ["/bin/bash", "-c", look],
  });
  return said.ok ? { seen: readGitKeys(said.stdout) } : { unseen: said.why };
}

/** Reads what was told: both keys, or nothing. */
export function readGitKeys(text: string): GitKeys | undefined {
  const lines = text.split("\n");
  const [authentication, signing] = GIT_KEYS.map((name) => {
    const line = lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
    return readPublicKey(line)?.type === "ssh-ed25519" ? line : undefined;
  });
  return authentication && signing && lines.length === GIT_KEYS.length + 1 ? { authentication, signing } : undefined;
}
