import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PLATFORMS } from "../capabilities/image/lock.ts";
import { runProgram } from "../host/program.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { billOfImages } from "./image-bill.ts";
import { imageTags } from "./image-tags.ts";
import { stage } from "./stage.ts";

/**
 * Makes what a release consists of: the package, its bill of materials, the tags of its images by platform, and checksums of all of it. Two runs of one commit, with one Node and one Go, give the same bytes.
 * @param images an engine that has the release's images: what they consist of is a bill of its own. Two of the same images are equal
 * @returns the names of what was written
 * @throws UserError 3 when there is no Go, or when one of the images could not be looked at; nothing is written then
 */
export async function makeRelease(root: string, out: string, images?: Engine): Promise<string[]> {
  const ofImages = images && (await billOfImages(root, images));
  if (ofImages && ofImages.unseen.length > 0)
    throw new UserError(3, [
      "nothing was written: what these images consist of could not be seen. An `up` of a client with `agents: [NAME]`, whose workspace is user 1000's, makes one",
      ...ofImages.unseen.map(({ role, tag, why }) => `  ${role}  ${tag}: ${why}`),
    ]);
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
    const tags = made.filename.replace(/\.tgz$/, ".images.json");
    writeFileSync(join(out, tags), `${JSON.stringify(imageTags(root), null, 2)}\n`);
    const files = [made.filename, bill, tags];
    for (const platform of PLATFORMS) {
      const file = made.filename.replace(/\.tgz$/, `.images-${platform}.cdx.json`);
      // One of an earlier run with the same version is of other images.
      rmSync(join(out, file), { force: true });
      if (!ofImages || platform !== images.platform) continue;
      writeFileSync(join(out, file), `${JSON.stringify(ofImages.bill, null, 2)}\n`);
      files.push(file);
    }
    writeFileSync(join(out, "SHA256SUMS"), files.map((file) => `${digest(join(out, file))}  ${file}\n`).join(""));
    return [...files, "SHA256SUMS"];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
