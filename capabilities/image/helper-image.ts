import { install, run } from "./dockerfile.ts";
import type { Extension } from "./extension.ts";
import { type ImagePlan, planImage } from "./image.ts";

/** What the image of a helper is made of. */
export interface HelperImage {
  /** By digest. */
  ref?: string;
  /** What is built on the runtime image, where it is no image by digest. */
  extension?: Extension;
  /** Where the container has a volume or memory. */
  places: readonly string[];
  /** Which of them is the volume. */
  volume?: string;
  /** The tag of the runtime image. */
  runtime: string;
  /** `uid:gid` that it runs as. */
  user: string;
}

/** The image of a container beside the agent. Its tag is by content, and tells nothing of whose it is. */
export function planHelperImage({ ref, extension, runtime, user, volume, ...of }: HelperImage): ImagePlan {
  const places = [...of.places].sort();
  if (ref !== undefined) return planImage("helper", "", { program: "pull-image", words: { ref, places } });
  const fragment = extension?.fragment;
  const words = {
    dockerfile: renderHelperDockerfile(extension ?? { packages: [] }, user, places, volume),
    context: { folder: "", sources: fragment?.sources ?? [] },
    arguments: { RUNTIME_IMAGE: runtime },
  };
  const { name, tag } = planImage("helper", fragment?.hash ?? "", { program: "build-image", words });
  // Where the fragment lies is no part of what it says.
  return {
    ...{ name, tag, program: "build-image" as const },
    words: { ...words, context: { ...words.context, folder: fragment?.folder ?? "" } },
  };
}

/** The Dockerfile of a helper that is built here: it starts nothing by itself, and nothing in it is setuid. */
function renderHelperDockerfile(
  { packages, fragment }: Extension,
  user: string,
  places: readonly string[],
  volume: string | undefined,
): string {
  const [uid, gid] = user.split(":");
  return [
    "ARG RUNTIME_IMAGE",
    `FROM \${RUNTIME_IMAGE}`,
    "USER 0:0",
    ...install(packages),
    ...(fragment?.instructions ?? []),
    "USER 0:0",
    run([
      // A user without a name is none to some programs: PostgreSQL's initdb does not begin. -o: one of the packages may have this number.
      `groupadd -o -g ${gid} helper`,
      `useradd -o -u ${uid} -g ${gid} -d /tmp -s /usr/sbin/nologin helper`,
      // What is mounted behind a link lies elsewhere than planned, which a proof takes for a hole.
      `for at in ${places.join(" ")}; do to=$(readlink -m $at); [ $to = $at ] || { echo "$at is a link, and leads to $to; name that place in the stack file" >&2; exit 1; }; done`,
      // An engine fills an empty volume with what the image has there: Debian's PostgreSQL has /var/lib/postgresql for itself.
      ...(volume ? [`mkdir -p ${volume}`, `chown -R ${user} ${volume}`] : []),
      "find / -xdev -type f -perm /6000 -exec chmod ug-s {} +",
    ]),
    "ENV HOME=/tmp",
    "WORKDIR /",
    "ENTRYPOINT []",
    "CMD []",
    "",
  ].join("\n");
}
