import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SANDBOX } from "../gateway/contract.ts";
import { ALL, type DeliveredFile, placeOf } from "./delivered.ts";

/* Programs in images/runtime look for delivered files where `placeOf` puts them. */

type Role = DeliveredFile["role"];
type Shown = { [One in Role]: Omit<Extract<DeliveredFile, { role: One }>, "source" | "key"> };

/** A file of each role, with `*` for what differs from one to the next. */
const files: Shown = {
  secret: { role: "secret", name: "*" },
  variable: { role: "variable", reader: "*", name: "*" },
  login: { role: "login", reader: "*" },
  dotfile: { role: "dotfile", at: "*" },
  certificates: { role: "certificates", number: 0 },
  git: { role: "git", reader: "*", name: "token" },
  ssh: { role: "ssh", name: "known_hosts" },
  sshd: { role: "sshd" },
  "way-out": { role: "way-out", name: "password" },
  guards: { role: "guards" },
  policy: { role: "policy" },
};

/** Settings of programs that are not this project's. */
const SETTINGS = ["etc/gitconfig", "etc/ssh/ssh_config.d/sandbox.conf"];

test("a file of each role lies where its reader looks", () => {
  const looks = [
    "enter",
    "prepare",
    "prepare-trust",
    "prepare-home",
    "command-guard",
    "git-credential-sandbox",
    ...SETTINGS,
    "serve-ssh",
  ].map((program) => readFileSync(join(__dirname, "../images/runtime", program), "utf8"));
  const read = looks.flatMap((text) => [...text.matchAll(/\/run\/secrets\/([a-z]+[\w.]*)/g)].map(([, name]) => name!));
  const roles = Object.values(files)
    // Read by people and programs of the client's own, and by the gateway.
    .filter(({ role }) => role !== "secret" && role !== "way-out")
    .map((file) => placeOf(file as DeliveredFile).split("/")[0]!);
  expect([...new Set(read)].sort()).toEqual(roles.sort());
  const [enter = "", , trust = "", , , helper = "", ...settings] = looks.slice(0, -1);
  expect(looks.at(-1)).toContain(`${SANDBOX.secrets}/${placeOf({ role: "sshd" } as DeliveredFile)}\n`);
  expect(enter).toContain(`${SANDBOX.secrets}/env/"$1"/*`);
  expect(enter).toContain(`export_of ${ALL}\n`);
  expect(trust).toContain(`${SANDBOX.secrets}/${placeOf(files.certificates as DeliveredFile).replace("0", "*")}`);
  expect(helper).toContain("/*/token");
  expect(helper).toContain("/username");
  expect(settings).toEqual([
    expect.stringContaining(`\tpath = ${SANDBOX.secrets}/${placeOf({ role: "ssh", name: "gitconfig" })}\n`),
    expect.stringMatching(
      new RegExp(
        `^GlobalKnownHostsFile ${SANDBOX.secrets}/${placeOf(files.ssh as DeliveredFile)}\n(.*\n)*IdentityFile ${SANDBOX.gitKeys}/authentication\n`,
        "m",
      ),
    ),
  ]);
});
