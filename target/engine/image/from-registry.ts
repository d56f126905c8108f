import type { Needs } from "../../../capabilities/image/image.ts";
import { complain } from "../../../host/say.ts";
import { lastWords, type Reach, runClient } from "../client.ts";
import { accept } from "./accept.ts";

/** An image that was pushed: its tag here, where it lies by digest, and what it is looked through for. */
export interface Pushed {
  tag: string;
  pull: string;
  needs?: Needs;
}

/** How engines say that what they were given is not what the digest names: Docker with its own store and with containerd's, and Podman. */
const ANOTHER = /verification failed for digest|did(n't| not) match|does not match|unexpected commit digest/i;

/**
 * Takes an image from the registry, by its digest, and gives it its tag. The engine itself compares what it is given with the digest, and signs in as its client is signed in.
 * @returns false where the registry has it not, or cannot be asked: why is said, and the image is to be made
 * @throws Error when something else was given for the digest, or the image is not what a sandbox needs; every tag is as it was then
 */
export async function fromRegistry(engine: Reach, { tag, pull, needs }: Pushed): Promise<boolean> {
  complain(`${tag}  pulls ${pull}`);
  const said = await runClient(engine, ["pull", "--quiet", pull], { seconds: 1800 });
  if (!said.ok) {
    const why = lastWords(said);
    if (ANOTHER.test(said.stderr))
      throw new Error(
        `${tag}  is refused: the registry gave something else for ${pull} (${why}). See who can write there; without images.from the image is built. Everything is as it was`,
      );
    complain(`${tag}  cannot be pulled (${why}), so it is made here`);
    return false;
  }
  try {
    if (needs) await accept(engine, pull, tag, needs);
    else await giveTag(engine, pull, tag);
  } finally {
    // With a second name it would stay when its tag is taken away. Podman takes no name by digest away.
    await runClient(engine, ["rmi", pull]);
  }
  complain(`${tag}  is ${pull}`);
  return true;
}

async function giveTag(engine: Reach, image: string, tag: string): Promise<void> {
  const tagged = await runClient(engine, ["tag", image, tag]);
  if (!tagged.ok) throw new Error(`${tag}  ${tagged.why}`);
}
