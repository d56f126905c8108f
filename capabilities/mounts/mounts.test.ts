import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Facts, FoundMount } from "../../plan/facts.ts";
import { compare } from "../../plan/review/compare.ts";
import { printable } from "../../stack-file/printable.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { dialects } from "../../target/engine/dialect/dialects.ts";
import { field } from "../../target/engine/walls.ts";
import { specOf, told } from "../../test/declared.ts";
import { planCase } from "../../test/golden/render.ts";
import { mountFacts, mountTopics } from "./facts.ts";
import { OWN_PROGRAMS } from "./own-places.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What becomes of such mounts, with what is there of them. */
async function planned(mounts: object[], found: FoundMount[], kind: "docker" | "podman" = "docker") {
  const config = {
    "agent-sandbox:workspace": "/srv/acme",
    "agent-sandbox:agents": ["claude"],
    "agent-sandbox:mounts": mounts,
  };
  const of = { name: "mounts", client: "acme", stack: { config }, facts: { mounts: found }, files: {} };
  const made = await planCase(ROOT, of, kind);
  if ("problems" in made) return { problems: made.problems.slice(1, -1).map((line) => line.trim()) };
  const { plan, engine } = made;
  const { mounts: asMounts, volumes } = dialects[kind].container(plan.agent, engine);
  return {
    agent: plan.agent.mounts,
    engine: [
      ...asMounts.map(({ source, target, readOnly }) => ({ source, target, readOnly })),
      ...volumes.map(({ hostPath: source, containerPath: target, readOnly }) => ({ source, target, readOnly })),
    ],
    warnings: told(plan.warnings),
  };
}

/** Names of any letters that a person sees. */
const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .map((text) => text.replaceAll("/", "_"))
  .filter((text) => printable(text) === text && text !== "." && text !== "..");
const odd = fc.oneof(
  name,
  fc.string({ unit: fc.constantFrom(..."a,=:;'\"\\$`{}()[]&|*?#%! ~-ü漢"), minLength: 1, maxLength: 8 }),
);

test("whatever a directory of the host is called, the engine is given that name, in its API and in its client's words", async () => {
  await fc.assert(
    fc.asyncProperty(odd, async (text) => {
      const path = `/srv/${text}`;
      const made = await planned([{ host: path, at: "/docs" }], [{ path, id: "1:2" }]);
      expect(made.engine).toContainEqual({ source: path, target: "/docs", readOnly: true });
      // As encoding/csv of Go reads a line of --mount.
      expect(fields(`type=bind,${field(`source=${path}`)},ro`)).toEqual(["type=bind", `source=${path}`, "ro"]);
    }),
    { numRuns: 60 },
  );
});

/** The fields of a line of comma-separated values, read by letters: RFC 4180. */
function fields(line: string): string[] {
  const found = [""];
  let inside = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (inside && letter === '"' && line.charAt(at + 1) === '"') found[found.length - 1] += line.charAt(at++);
    else if (letter === '"' && (inside || found.at(-1) === "")) inside = !inside;
    else if (letter === "," && !inside) found.push("");
    else found[found.length - 1] += letter;
  }
  return found;
}

test("a path that reads otherwise than it is is refused by its key, wherever a stack file names one of the host", () => {
  const odd = "/srv/a\nb";
  const { problems } = parseSpec({
    workspace: odd,
    mounts: [{ host: "/srv/\u202edocs", at: "/docs" }],
    dotfiles: { ".vimrc": odd },
    image: { extend: odd },
    secrets: { A: { file: odd } },
  });
  expect(problems.map(({ path }) => path).sort()).toEqual([
    "dotfiles..vimrc",
    "image.extend",
    "mounts[0].host",
    "secrets.A.file",
    "workspace",
  ]);
  expect(told(problems)).toContainEqual(
    'workspace: "/srv/a\\nb" has a letter that ends its line, or that no terminal shows as it is; rename it on the host, and write a directory like ~/projects/acme-webapp',
  );
});

test("a colon is a problem where the engine's client takes it for its own sign, and for nobody else", async () => {
  const path = "/srv/a:b";
  expect(await planned([{ host: path, at: "/docs" }], [{ path, id: "1:2" }], "podman")).toEqual({
    problems: [
      expect.stringMatching(
        /^mounts\[0\]\.host +\/srv\/a:b has a colon in its name, with which Podman mounts nothing; rename it$/,
      ),
    ],
  });
  expect((await planned([{ host: path, at: "/docs" }], [{ path, id: "1:2" }])).problems).toBeUndefined();
  const { problems } = parseSpec({ workspace: "/srv/acme", mounts: [{ host: "/srv/a", at: "/a:b" }] });
  expect(told(problems)).toEqual([
    expect.stringMatching(/^mounts\[0\]\.at: "\/a:b" is not an absolute path without a colon/),
  ]);
});

test("a colon is one on a host with SELinux as well, where Docker takes a mount as words between colons", async () => {
  const path = "/srv/a:b";
  const config = {
    "agent-sandbox:workspace": "/srv/acme",
    "agent-sandbox:agents": ["shell"],
    "agent-sandbox:mounts": [{ host: path, at: "/docs" }],
  };
  const facts = { mounts: [{ path, id: "1:2" }], engine: { selinux: true } as Facts["engine"] };
  const made = await planCase(ROOT, { name: "x", client: "acme", stack: { config }, facts, files: {} }, "docker");
  expect("problems" in made && made.problems.join()).toMatch(
    /\/srv\/a:b has a colon in its name, with which Docker on a host with SELinux mounts nothing; rename it/,
  );
});

test("what is not there is left out and told, and what is to be made is planned without an id", async () => {
  const mounts = [
    { host: "/srv/later", at: "/later", when: "exists" },
    { host: "/srv/new", at: "/new", create: "dir" },
    { host: "/srv/new.txt", at: "/new.txt", create: "file" },
  ];
  const { agent, warnings } = await planned(mounts, [
    { path: "/srv/later", id: "", is: "absent" },
    { path: "/srv/new", id: "", is: "unmade" },
    { path: "/srv/new.txt", id: "", is: "unmade" },
  ]);
  expect(agent?.filter(({ source }) => source.startsWith("/srv/"))).toEqual([
    { kind: "bind", source: "/srv/new", at: "/new", readOnly: true },
    { kind: "bind", source: "/srv/new.txt", at: "/new.txt", readOnly: true, file: true },
    expect.objectContaining({ at: "/workspace" }),
  ]);
  expect(warnings).toEqual([
    "mounts[0]: /srv/later is not there, so nothing is mounted at /later; once it is, the next up replaces the agent's container by one that has it",
  ]);
  const { problems } = parseSpec({ workspace: "/srv/acme", mounts: [{ ...mounts[0], create: "dir" }] });
  expect(told(problems)).toEqual([
    'mounts[0].when: "exists" leaves out what is not there, and create makes it; write one of the two',
  ]);
});

test("a program of the host lies beside the image's own and over none of them", async () => {
  const program = (name: string, more: object = {}, is: FoundMount["is"] | "directory" = "file") =>
    planned(
      [{ host: `/usr/bin/${name}`, at: `/usr/local/bin/${name}`, ...more }],
      [{ path: `/usr/bin/${name}`, id: "1:2", ...(is !== "directory" && { is }) }],
    );
  expect((await program("jq")).engine).toContainEqual({
    source: "/usr/bin/jq",
    target: "/usr/local/bin/jq",
    readOnly: true,
  });
  for (const [name, more, said] of [
    ["enter", {}, /"\/usr\/local\/bin\/enter" is a program of the image; give yours another name/],
    ["claude", {}, /is a program of the image/],
    ["jq", { mode: "rw" }, /a program at "\/usr\/local\/bin\/jq" is mounted read-only/],
    ["jq", { create: "file" }, /is for a program, a single file, and \/usr\/bin\/jq is made empty/],
  ] as const)
    expect((await program(name, more)).problems?.join()).toMatch(said);
  // The system's own directory is none of a client's, whatever is said of the place.
  expect((await program("jq", {}, "directory")).problems?.join("\n")).toMatch(
    /belongs to the system \(\/usr\)[\s\S]*is for a program, a single file, and \/usr\/bin\/jq is a directory/,
  );
});

test("the names of the image's programs are those that its Dockerfile has, and Node's", () => {
  const dockerfile = readFileSync(join(ROOT, "images/runtime/Dockerfile"), "utf8");
  const copied = [...dockerfile.matchAll(/^COPY --chmod=0755 (.*) \/usr\/local\/bin\/$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  const linked = [...dockerfile.matchAll(/ln -s \S+ \/usr\/local\/bin\/(\S+?)[;\s]/g)].map(([, name]) => name);
  expect([...copied, ...linked, "node", "npm", "npx"].sort()).toEqual(OWN_PROGRAMS);
});

test("what is there now and was not is wider, and what is mounted only where it is there is no wider than what always is", () => {
  const facts = (mount: object, is?: FoundMount["is"]) => {
    const spec = specOf({ mounts: [{ host: "/srv/a", at: "/a", ...mount }] });
    const found = [{ path: "/srv/a", id: "1", ...(is && { is }) }];
    const placed = spec.mounts.map(({ at, mode }) => ({
      kind: "bind" as const,
      source: "/srv/a",
      at,
      readOnly: mode === "ro",
    }));
    return mountFacts(spec, { found, mounts: is === "absent" ? [] : placed });
  };
  const classes = (before: ReturnType<typeof facts>, after: ReturnType<typeof facts>) =>
    compare(before, after, mountTopics).map((change) => change.class);
  const when = { when: "exists" };
  expect(facts(when, "absent")).toMatchObject([{ says: "not there (/srv/a)" }]);
  expect(classes(facts(when, "absent"), facts(when))).toEqual(["widens"]);
  expect(classes(facts(when), facts(when, "absent"))).toEqual(["narrows"]);
  expect(classes(facts(when), facts({}))).toEqual(["widens"]);
  expect(classes(facts({}), facts({ create: "dir" }))).toEqual(["widens"]);
  expect(classes(facts({}), facts({ mode: "rw" }))).toEqual(["widens"]);
});
