import { chmodSync, chownSync, existsSync, mkdirSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useProject } from "./harness.ts";

const project = useProject();
const odd = project.directory("odd");

/** Names that some program between a stack file and the kernel could read as more than a name. */
const NAMES = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name that a shell would read as more
  ...["a, b", "type=volume,source=x", "a:b:ro", 'it\'s "quoted"', "$HOME ${x} `id` $(id)", "ünï 日本"],
  ...["back\\slash\\040", "-leading", " spaces ", "~tilde", "per%cent #hash;&|*?[x]!", "{brace}", "[list]"],
];

/** Writes a file that belongs to the user the agent runs as. */
function given(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(path, 1000, 1000);
}

describe("odd names on the host", () => {
  const acme = project.client("odd");
  const workspace = project.directory("work, :$x 'q\" é\\ ");

  beforeAll(async () => {
    for (const name of NAMES) {
      mkdirSync(join(odd, name));
      writeFileSync(join(odd, name, "file"), name);
    }
    for (const name of ["se,cr:et's $x", "do,t:file's $x"]) given(join(odd, name), name);
    mkdirSync(join(odd, "im,age:'s $x"));
    writeFileSync(join(odd, "im,age:'s $x", "Fragment"), "COPY hello /opt/hello\n");
    writeFileSync(join(odd, "im,age:'s $x", "hello"), "built in");
    given(join(workspace, "hid, :$x"), "hidden");
    acme.write({
      workspace,
      masks: [{ path: "hid*", as: "empty" }],
      mounts: [
        ...NAMES.map((name, index) => ({ host: join(odd, name), at: `/odd/${index}` })),
        { host: join(odd, "ünï 日本"), at: "/same, path/ünï 日本", mode: "ro" },
      ],
      secrets: { TOKEN: { file: join(odd, "se,cr:et's $x") } },
      dotfiles: { ".odd": join(odd, "do,t:file's $x") },
      image: { extend: join(odd, "im,age:'s $x", "Fragment") },
    });
    await acme.mustUp();
  });

  test("are mounted as what they are, and an up and a verify after it find nothing to do", async () => {
    const { stdout } = await acme.exec(
      `for number in $(seq 0 ${NAMES.length - 1}); do cat /odd/$number/file; echo; done; cat '/same, path/ünï 日本/file'`,
    );
    expect(stdout.split("\n")).toEqual([...NAMES, "ünï 日本"]);
    expect(await acme.plannedChanges()).toEqual({});
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
  });

  test("of workspace, masks, secrets, dotfiles and an image's folder as well", async () => {
    const { stdout } = await acme.exec(
      "touch made; wc -c <'hid, :$x'; cat /run/secrets/TOKEN; echo; cat ~/.odd; echo; cat /opt/hello",
    );
    expect(stdout.split("\n")).toEqual(["0", "se,cr:et's $x", "do,t:file's $x", "built in"]);
    expect(existsSync(join(workspace, "made"))).toBe(true);
  });

  test("that read otherwise than they are are refused by their keys, and nothing changes", async () => {
    const names = ["new\nline", "tab\there", "\u202eltr", "esc\u001b[31m", "cr\r"];
    for (const name of names) mkdirSync(join(odd, name));
    const bytes = Buffer.concat([Buffer.from(`${odd}/`), Buffer.from([0x6e, 0xff])]);
    mkdirSync(bytes);
    for (const [link, target] of [
      ["to-bytes", bytes],
      ["to-line", join(odd, "new\nline")],
    ] as const)
      symlinkSync(target, join(odd, link));
    const links = ["to-bytes", "to-line"].map((name) => join(odd, name));
    acme.write({
      workspace: links[1],
      mounts: [...names.map((name) => join(odd, name)), ...links].map((host, index) => ({ host, at: `/m${index}` })),
    });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    for (const index of names.keys())
      expect(text).toMatch(new RegExp(`mounts\\[${index}\\]\\.host +".*has a letter that ends its line, or that no`));
    acme.write({ workspace: links[1], mounts: links.map((host, index) => ({ host, at: `/m${index}` })) });
    const { text: real } = await acme.up();
    expect(real).toMatch(/workspace +.*to-line leads to ".*new\\nline", and nothing is mounted of a name/);
    expect(real).toMatch(/mounts\[0\]\.host +.*to-bytes leads to a name that is no UTF-8/);
    // The second mount is the workspace once more, too.
    expect(real).toMatch(/4 problems; nothing was changed/);
    expect(`${text}${real}`).not.toMatch(/\u202e|\n +at .*\.ts:/);
  });
});

describe("files, programs, and what is not there", () => {
  const globex = project.client("files");
  const folder = project.directory("files");
  const at = (name: string) => join(folder, name);
  const mounts = [
    { host: at("notes.txt"), at: "/notes.txt", mode: "rw" },
    { host: at("tool"), at: "/usr/local/bin/my-tool" },
    { host: "/bin/ls", at: "/usr/local/bin/host-ls" },
    { host: at("later"), at: "/later", when: "exists" },
    { host: at("made"), at: "/made", mode: "rw", create: "dir" },
    { host: at("made.txt"), at: "/made.txt", mode: "rw", create: "file" },
    { host: at("same"), at: at("same").replace("/tmp", "/srv"), create: "dir" },
  ];

  beforeAll(() => {
    given(at("notes.txt"), "of the host\n");
    writeFileSync(at("tool"), "#!/bin/sh\necho a tool of the host\n");
    chmodSync(at("tool"), 0o755);
    globex.write({ mounts });
  });

  test("a preview makes nothing, and says what it would", async () => {
    const { code, text } = await globex.preview();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toContain("/later is not there, so nothing is mounted at /later; once it is, the next up");
    for (const name of ["made", "made.txt", "later", "same"]) expect(existsSync(at(name))).toBe(false);
  });

  test("an up makes what is to be made, for the agent's user alone, and mounts what is there", async () => {
    await globex.mustUp();
    expect(
      await globex.exec("echo more >>/notes.txt && cat /notes.txt && my-tool && test -x /usr/local/bin/host-ls"),
    ).toMatchObject({
      ...{ code: 0, stdout: "of the host\nmore\na tool of the host\n" },
    });
    expect(
      (
        await globex.exec(
          "ls -d /later; echo x >/usr/local/bin/my-tool; echo x >/made/x && echo y >/made.txt && ls /made",
        )
      ).stdout,
    ).toBe("x\n");
    const ofWhom = (name: string) => [statSync(at(name)).uid, statSync(at(name)).mode & 0o7777];
    const { uid } = statSync(globex.workspace);
    expect([ofWhom("made"), ofWhom("made.txt")]).toEqual([
      [uid, 0o700],
      [uid, 0o600],
    ]);
    expect(await globex.plannedChanges()).toEqual({});
  });

  test("what has come since is mounted by the next up, in a new container, and what has gone is left out again", async () => {
    mkdirSync(at("later"));
    expect((await globex.preview()).text).toMatch(/WIDENS +mounts +~ \/later not there \(.*\) → ro \(/);
    await globex.mustUp();
    expect((await globex.exec("test -d /later")).code).toBe(0);
    rmdirSync(at("later"));
    await globex.mustUp();
    expect((await globex.exec("test -d /later")).code).not.toBe(0);
  });

  test("what cannot be made, or is mounted where it may not be, is told at its key, and nothing is made", async () => {
    symlinkSync(at("nowhere"), at("dangling"));
    globex.write({
      mounts: [
        { host: at("dangling"), at: "/a", create: "dir" },
        { host: at("none/deep"), at: "/b", create: "dir" },
        { host: join(globex.workspace, "x"), at: "/c", create: "dir" },
        { host: at("notes.txt"), at: "/d", create: "dir" },
        { host: at("new"), at: "/e", create: "file" },
        { host: at("tool"), at: "/usr/local/bin/enter" },
        { host: folder, at: "/usr/local/bin/folder" },
        { host: at("tool"), at: "/usr/bin/tool" },
      ],
    });
    const { code, text } = await globex.up();
    expect(code).not.toBe(0);
    for (const said of [
      /mounts\[0\]\.host +.* is a link that leads nowhere, and nothing is made through a link; remove it/,
      /mounts\[1\]\.host +.* cannot be made, for .*\/none is no directory; make that \(mkdir -p\)/,
      /mounts\[2\]\.host +.* would be made in the workspace, where an agent can change it; keep it outside/,
      /mounts\[3\]\.host +.* is not a directory/,
      /mounts\[5\]\.at +"\/usr\/local\/bin\/enter" is a program of the image; give yours another name/,
      /mounts\[7\]\.at +"\/usr\/bin\/tool" is the sandbox's own \(\/usr\); .* a program at \/usr\/local\/bin/,
    ])
      expect(text).toMatch(said);
    expect(existsSync(at("new")) || existsSync(at("nowhere"))).toBe(false);
  });
});
