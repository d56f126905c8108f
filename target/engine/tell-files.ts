import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Look } from "../look.ts";
import type { Reach } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** What lies in a volume of delivered files: of a file whose it is, and a mark of its content under a key. */
export type FoundFile = { path: string } & ({ owner: string; mode: string; mark: string } | { other: true });

/** What marks are made with. */
export interface LookKey {
  key: Buffer;
}

const LINE = /^(?:file (\S+) (\d+:\d+) ([0-7]{4}) ([0-9a-f]{16}|large)|other (\S+))$/;

/**
 * Looks at delivered files from a container of its own, with an image that no agent has written: none of the agent's programs is run, and no link followed.
 * @param of a volume that is there, for an engine makes one that is not; a trusted image
 * @param key goes through a pipe, and no content comes out
 */
export async function tellFiles(
  engine: Reach,
  { client, volume, image, owner }: { client: string; volume: string; image: string; owner?: string },
  { key }: LookKey,
): Promise<Look<FoundFile[]>> {
  const said = await runTrusted(engine, {
    ...{ name: `${client}-files`, client, image, user: "0:0", ...(owner && { owner }) },
    // Of root, which is not the files' owner.
    capabilities: ["DAC_READ_SEARCH"],
    volumes: [`${volume}:/secrets:ro`],
    program: ["/usr/bin/perl", "-e", readFileSync(join(import.meta.dirname, "tell-files.pl"), "utf8")],
    input: `${key.toString("hex")}\n`,
  });
  return said.ok ? readFiles(said.stdout) : { unseen: said.why };
}

/** Reads what was told, all of it or nothing. */
export function readFiles(text: string): Look<FoundFile[]> {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "end") return { unseen: "the look at its files broke off" };
  const files: FoundFile[] = [];
  for (const line of lines) {
    const [, path, owner, mode, mark, other] = LINE.exec(line) ?? [];
    if (other !== undefined) files.push({ path: bytes(other), other: true });
    else if (path && owner && mode && mark) files.push({ path: bytes(path), owner, mode, mark });
    else return { unseen: `the look at its files says ${JSON.stringify(line.slice(0, 60))}` };
  }
  return { seen: files };
}

function bytes(written: string): string {
  return written.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}
