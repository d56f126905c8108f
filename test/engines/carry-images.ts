import { type Engine, run } from "../engine/engine.ts";
import type { Client } from "../engine/harness.ts";
import { imageTags } from "../engine/image-tags.ts";

/** Carries over the images that a client's `up` would build, from an engine that has them; what that one lacks is built by the client's own. */
export async function carryImages(client: Client, from: Engine): Promise<void> {
  const tags = await imageTags(client);
  const has = async (engine: Engine, tag: string) => (await engine.run("image", "inspect", tag)).code === 0;
  const { engine } = client.project;
  for (const tag of tags) {
    if ((await has(engine, tag)) || !(await has(from, tag))) continue;
    // The client's address comes by the environment, where the pipe's other end has its own.
    const env = { ...from.environment(), TO: engine.environment().DOCKER_HOST };
    const { code, text } = await run(
      "bash",
      ["-o", "pipefail", "-c", 'docker save "$0" | DOCKER_HOST=$TO docker load --quiet', tag],
      env,
    );
    if (code !== 0) throw new Error(`${tag} could not be carried over:\n${text}`);
  }
}
