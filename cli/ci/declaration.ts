import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readGuards } from "../../capabilities/command-guards/look.ts";
import { filesOf } from "../../capabilities/credentials/source.ts";
import { readEgressCatalogue } from "../../capabilities/egress/look/catalogue.ts";
import { planImages } from "../../capabilities/image/image.ts";
import { readExtension } from "../../capabilities/image/look/extension.ts";
import { readImageSources } from "../../capabilities/image/look/sources.ts";
import { commandMark } from "../../host/command-mark.ts";
import { hashFiles } from "../../host/hash-files.ts";
import { inProject } from "../../host/in-project.ts";
import { declare } from "../../plan/declare.ts";
import { specHash } from "../../plan/hash.ts";
import { readStackFile } from "../../stack-file/look/stack-files.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { UserError } from "../../stack-file/user-error.ts";

/**
 * A hash of all that a project's files declare of a client: its stack file as it is read, entries of the catalogues that it names, what its images are made of, and its
 * files in the project. A comment, another client's file, or a service that it does not name make no other hash. What a guardrail says decides what is refused, and
 * nothing of what is placed.
 * @param folder the project's files, as a revision has them
 * @returns nothing where something is wrong with them
 */
export async function declarationOf(folder: string, client: string): Promise<string | undefined> {
  try {
    const { spec, problems } = parseSpec(readStackFile(folder, `stacks/Pulumi.${client}.yaml`));
    if (!spec || problems.length > 0) return undefined;
    const images = readImageSources(folder, spec);
    const { egress, problems: ofPolicy } = await readEgressCatalogue(spec, folder, images.agents, []);
    const { catalogue: _, ...declared } = declare(client, spec, { ...images, ...egress, guards: readGuards(folder) });
    const { extend } = spec.image;
    const extension = extend !== undefined && inProject(extend) ? readExtension(spec.image, folder, [], []) : undefined;
    // For whom and for which machine is not the project's to say, and the same at both revisions.
    const [agents, tools] = [declared.agents, declared.tools];
    const choice = { ...{ agents, tools, extension, ref: spec.image.ref, uid: 1000, gid: 1000 }, sources: images };
    const tags = Object.values(planImages({ ...choice, platform: "linux-x64" })).map(({ tag }) => tag);
    const own = declared.files.flatMap(({ source }) => ("text" in source ? [] : filesOf(source)));
    return specHash({
      declared,
      ofPolicy,
      tags,
      // Whose uid, and which platform's images it is, is known where it is placed: any line may be one of them.
      ...(spec.images.from !== undefined && { registry: images.registry }),
      own: [...own, ...Object.values(spec.dotfiles)].map(contentOf(folder)),
      commands: declared.files.flatMap(({ source }) =>
        "command" in source ? (commandMark(source.command, folder) ?? []) : [],
      ),
    });
  } catch (error) {
    // A catalogue that is wrong, or YAML that is none: `up` tells it.
    if (error instanceof UserError || (error as Error).name.startsWith("YAML")) return undefined;
    throw error;
  }
}

/** The hash of a file or folder of the project's own. */
function contentOf(folder: string): (path: string) => [path: string, hash?: string] {
  return (path) => {
    if (!inProject(path) || !existsSync(join(folder, path))) return [path];
    const hash = createHash("sha256");
    hashFiles(hash, folder, path);
    return [path, hash.digest("hex")];
  };
}
