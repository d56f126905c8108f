import { once } from "node:events";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { names } from "../../plan/names.ts";
import { endOf, type Reach, type Said, start } from "./client.ts";

/** Packs it, where the agent sees it there: of a name that is not, tar's own words are about tar. */
const SEND = `folder=$1 base=$2
if ! [ -e "$folder/$base" ] && ! [ -L "$folder/$base" ]; then exit 66; fi
exec /usr/bin/tar --create --format=posix --hard-dereference --directory="$folder" -- "$base"`;
/** Of sysexits.h, EX_NOINPUT: tar has no such status. */
const NOT_THERE = 66;

/**
 * Sends what lies at a place of a client's agent container, as an archive. A program in there packs it, and no `docker cp`: for that the engine works with the container's
 * own files as root of the host (CVE-2018-15664, CVE-2019-14271).
 * @param take reads the archive to its end
 * @returns how the program ended, after `take` has; `absent` where the agent sees nothing there
 * @throws what `take` throws
 */
export async function copyOut(
  engine: Reach,
  client: string,
  { folder, base }: { folder: string; base: string },
  take: (archive: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Said & { absent?: true }> {
  const args = ["exec", names(client).agent, "/bin/bash", "-c", SEND, "agentbox-cp", folder, base];
  const child = start(engine, args);
  child.stdin.end();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr = (stderr + part).slice(-4096);
  });
  const end = endOf(engine, args, child, () => ({ stdout: "", stderr }));
  // An archive that is not read on would keep the client for ever.
  try {
    await take(child.stdout);
  } catch (error) {
    const brokeOff = child.stdout.readableEnded;
    child.kill();
    // What nobody reads would keep its pipe open, and the end from coming.
    child.stdout.destroy();
    const said = await end;
    // A program that failed says why its archive breaks off. One that was still sending fails of the pipe that was closed here, and says nothing by it.
    if (brokeOff && said.code !== undefined && !said.ok)
      return said.code === NOT_THERE ? { ...said, absent: true } : said;
    throw error;
  }
  return end;
}

/** Puts it at the place, whole or not at all; a directory that is there takes it by its own name. It never goes over what is there. */
const RECEIVE = `set -eu
to=$1 base=$2
if [ -d "$to" ]; then into=$to name=$base; else into=$(dirname -- "$to") name=$(basename -- "$to"); fi
if ! [ -d "$into" ]; then echo "$into is no directory there" >&2; exit 2; fi
if [ -e "$into/$name" ] || [ -L "$into/$name" ]; then echo "$into/$name is there already" >&2; exit 2; fi
new=$(mktemp -d -- "$into/.agentbox-cp-XXXXXX")
trap 'rm -rf -- "$new"' EXIT
tar --extract --no-same-owner --no-same-permissions --directory="$new"
mv -T -- "$new/$base" "$into/$name"`;

/** Puts an archive's content at a place of a client's agent container, as the agent's own user. @param base the only name at the top of the archive @param path absolute */
export async function copyIn(
  engine: Reach,
  client: string,
  archive: Readable,
  base: string,
  path: string,
): Promise<Said> {
  const shell = ["/bin/bash", "-c", RECEIVE, "agentbox-cp", path, base];
  const args = ["exec", "--interactive", names(client).agent, ...shell];
  const child = start(engine, args);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr = (stderr + part).slice(-4096);
  });
  const end = endOf(engine, args, child, () => ({ stdout: "", stderr }));
  child.stdout.resume();
  // A program that ended early has closed its pipe, and its status says why.
  await Promise.race([pipeline(archive, child.stdin).catch(() => {}), once(child, "close")]);
  return end;
}
