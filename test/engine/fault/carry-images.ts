import { Engine } from "../engine.ts";
import { type Client, Project } from "../harness.ts";
import { imageTags } from "../image-tags.ts";
import type { Machine } from "./machine.ts";

/** Gives a machine the images that a client's `up` would build there: nothing is built on one that is about to lose its power. They come from this machine's own engine, which builds what it lacks. */
export async function carryImages(machine: Machine, client: Client): Promise<void> {
  const tags = await imageTags(client);
  expect(tags).toHaveLength(4);
  const here = new Engine();
  if ((await here.run("image", "inspect", ...tags)).code !== 0) {
    const builder = new Project(here, machine.internet);
    await builder.client("images", { egress: { allow: ["allowed.test"] } }).up();
    await builder.remove();
  }
  await machine.load(here, tags);
}
