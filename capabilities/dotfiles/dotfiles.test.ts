import type { Named } from "../capability.ts";
import { dotfiles } from "./plan.ts";

const agents = [{ name: "claude", state: [{ dir: "/home/dev/.claude", purpose: "claude" }] }];
const told = (...places: string[]) =>
  dotfiles.check!({
    spec: { dotfiles: Object.fromEntries(places.map((at) => [at, "~/x"])) },
    agents,
  } as unknown as Named).map(({ path, message }) => `${path} ${message}`);

test.each([".claude", ".cache", ".local", ".local/state", ".local/state/history"])(
  "nothing takes the place of state: %s",
  (at) => {
    expect(told(at)).toEqual([
      expect.stringMatching(/would take the place of ~\/\S+, which is kept in a volume; name the files below it/),
    ]);
  },
);

test("files beside and below are fine", () => {
  expect(told(".claude/settings.json", ".cached", ".config/git/config", ".config/git/ignore", ".vimrc")).toEqual([]);
});
