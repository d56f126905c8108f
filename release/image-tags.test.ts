import { readdirSync } from "node:fs";
import { join } from "node:path";
import { imageTags } from "./image-tags.ts";

const ROOT = join(__dirname, "..");

test("a release names what to push for each platform: what all clients have, and each agent alone", () => {
  const agents = readdirSync(join(ROOT, "images/agents")).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);
  const all = imageTags(ROOT);
  expect(Object.keys(all)).toEqual(["linux-x64", "linux-arm64"]);
  for (const tags of Object.values(all)) {
    expect(Object.values(tags).sort()).toEqual(["base", "gateway", "runtime", ...agents].sort());
    for (const tag of Object.keys(tags))
      expect(tag).toMatch(/^agent-sandbox\/(base|gateway|runtime|agent):[0-9a-f]{40}$/);
  }
});
