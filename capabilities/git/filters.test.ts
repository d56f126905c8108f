import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellFilters, tellSigners } from "./look.ts";

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "filters-")));
  mkdirSync(join(workspace, ".git"));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const told = (attributes: string, config = "") => {
  writeFileSync(join(workspace, ".gitattributes"), attributes);
  writeFileSync(join(workspace, ".git/config"), config);
  return tellFilters(workspace, join(workspace, ".git")).map(({ path, message }) => `${path}: ${message}`);
};

test("a filter that nobody has set up in the sandbox is told, with what a commit has then", () => {
  const attributes =
    "*.ipynb filter=nbstripout diff=ipynb\n# *.x filter=none\n*.bin filter=lfs -text\n*.key\tfilter=git-crypt\n";
  expect(told(attributes)).toEqual([
    "git: .gitattributes of the workspace names the filter nbstripout, which is set up neither in the repository nor in the image: a commit in the sandbox has its files as they are. To have it there: git config filter.nbstripout.clean … in the workspace, and its program in the image (image.packages)",
  ]);
  expect(told(attributes, '[filter "nbstripout"]\n\tclean = nbstripout\n')).toEqual([]);
  expect(told(attributes, '[filter "nbstripout"]\n\tsmudge = cat\n')).toHaveLength(1);
});

test("filters that the image sets up are those of its gitconfig", () => {
  const image = readFileSync(join(__dirname, "../../images/runtime/etc/gitconfig"), "utf8");
  const names = [...image.matchAll(/^\[filter "(.+)"\]$/gm)].map(([, name]) => name!);
  expect(names).toHaveLength(4);
  expect(told(names.map((name) => `* filter=${name}\n`).join(""))).toEqual([]);
});

test("what an agent made of the file is no sentence of its own", () => {
  expect(told("* filter=\u001b[31mred\n* filter=$(id)\n* -filter\n")).toEqual([]);
  expect(told(Array.from({ length: 30 }, (_, at) => `* filter=f${at}`).join("\n"))).toEqual([
    expect.stringMatching(/ the filter f0, f1, f10, f11, f12 and 25 more, /),
  ]);
  rmSync(join(workspace, ".gitattributes"));
  writeFileSync(join(workspace, "other"), "* filter=linked\n");
  symlinkSync("other", join(workspace, ".gitattributes"));
  expect(tellFilters(workspace, join(workspace, ".git"))).toEqual([]);
});

test("a program of this host that a repository has git sign with is told", () => {
  const signers = (config: string) => {
    writeFileSync(join(workspace, ".git/config"), config);
    return tellSigners(join(workspace, ".git")).map(({ message }) => message);
  };
  expect(signers('[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tprogram = "/opt/1Password/op-ssh-sign"\n')).toEqual([
    "gpg.ssh.program in the repository's own settings is /opt/1Password/op-ssh-sign, a program of this host: a commit in the sandbox that is to be signed fails. Have it in your own settings instead (git config --unset gpg.ssh.program, then git config --global gpg.ssh.program …): git: {ssh: generate} signs in the sandbox",
  ]);
  expect(signers("[gpg]\n\tprogram = /opt/\u001b[31mgpg\n")).toEqual([expect.not.stringContaining("\u001b")]);
  for (const config of ["", "[gpg]\n\tprogram = gpg2\n", '[gpg "ssh"]\n\tprogram = /usr/bin/ssh-keygen\n'])
    expect(signers(config)).toEqual([]);
});
