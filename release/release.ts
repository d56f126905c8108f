import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../host/program.ts";
import { say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { imageTags } from "./image-tags.ts";
import { stage } from "./stage.ts";

/**
 * Makes what a release consists of: the package, its bill of materials, the tags of its images by platform, and checksums of all three. Two runs of one commit, with one Node and one Go, give the same bytes.
 * @returns the path of the package
 */
export async function release(root: string, out: string): Promise<string> {
  const go = await runProgram(join(root, "setup/go.sh"), [], { seconds: 600 });
  if (go.code !== 0)
    throw new UserError(3, `the gateway's program is compiled by Go, and there is none: ${go.stderr.trim()}`);
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-release-"));
  try {
    stage(root, go.stdout.trim(), work);
    mkdirSync(out, { recursive: true });
    const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", resolve(out)];
    const [made] = JSON.parse(
      execFileSync("npm", words, { cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
    const bill = made.filename.replace(/\.tgz$/, ".cdx.json");
    writeFileSync(join(out, bill), `${JSON.stringify(billOfMaterials(root), null, 2)}\n`);
    const images = made.filename.replace(/\.tgz$/, ".images.json");
    writeFileSync(join(out, images), `${JSON.stringify(imageTags(root), null, 2)}\n`);
    const files = [made.filename, bill, images];
    writeFileSync(join(out, "SHA256SUMS"), files.map((file) => `${digest(join(out, file))}  ${file}\n`).join(""));
    return join(out, made.filename);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

if (import.meta.main) {
  const out = resolve(process.argv[2] ?? "release/out");
  await release(resolve(import.meta.dirname, ".."), out);
  for (const file of readdirSync(out).sort()) say(join(out, file));
}
