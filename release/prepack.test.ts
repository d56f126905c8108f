import { spawnSync } from "node:child_process";
import { join } from "node:path";

test("npm pack in a checkout is refused with what makes the package: of sources nothing runs below node_modules", () => {
  const env = { ...process.env, npm_config_ignore_scripts: "false" };
  const words = ["pack", "--dry-run", "--offline"];
  const { status, stdout, stderr } = spawnSync("npm", words, { cwd: join(__dirname, ".."), env, encoding: "utf8" });
  expect(status).not.toBe(0);
  expect(stderr).toContain("`make release` makes the package");
  expect(stdout).not.toContain(".tgz");
});
