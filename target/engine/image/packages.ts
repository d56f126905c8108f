import { oneLine } from "../../../stack-file/printable.ts";
import type { Look } from "../../look.ts";
import type { Engine } from "../engine.ts";
import { runTrusted } from "../run-trusted.ts";

/** A package of the distribution, as dpkg knows it. */
export interface DistributionPackage {
  name: string;
  version: string;
  architecture: string;
}

/** What dpkg is asked to say of each: nothing of one that was removed, and has left its configuration. */
const FORM = "$" + "{db:Status-Abbrev}\t$" + "{Package}\t$" + "{Version}\t$" + "{Architecture}\n";

/** The distribution's packages in an image that was built here, as its own dpkg tells them, in a container that is thrown away. Sorted by name. */
export async function imagePackages(engine: Engine, tag: string): Promise<Look<DistributionPackage[]>> {
  const said = await runTrusted(engine, {
    ...{ name: "agent-sandbox-packages", image: tag, user: "65534:65534" },
    program: ["/usr/bin/dpkg-query", "--show", `--showformat=${FORM}`],
  });
  // The engine says first what is wrong, and last how its client is asked for help.
  if (!said.ok) return { unseen: oneLine(said.stderr.trim().split("\n")[0] || said.why) };
  const lines = said.stdout.split("\n").filter((line) => line.startsWith("ii "));
  // Old engines' exit codes say nothing (Podman 4.3 answers 0), and no image of ours is without packages.
  if (lines.length === 0) return { unseen: "its dpkg told no package" };
  const packages = lines.map((line) => {
    const [, name = "", version = "", architecture = ""] = line.split("\t");
    return { name, version, architecture };
  });
  return { seen: packages.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
