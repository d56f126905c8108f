import { spawnSync } from "node:child_process";

/** Runs a program with the SDK as Pulumi does, and with what toolchain/lazy.cjs leaves out of it. */
function run(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "./toolchain/lazy.cjs", "-e", program, "--", ...args],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

describe("what is left out of the SDK's start", () => {
  test("comes when a closure is serialised", () => {
    const { stdout } = run(
      `const one = 1; const { runtime } = require("@pulumi/pulumi");
       runtime.serializeFunction(() => one).then(({ text }) => console.log(text));`,
    );
    expect(stdout).toContain("return () => one");
  });

  test("takes nothing of what finds a promise that nobody settles", () => {
    const { status, stderr } = run(
      `require("@pulumi/pulumi");
       const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
       debuggablePromise(new Promise(() => {}), "the one that hangs");`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain("1 promise was still active");
  });

  test("is there in whole where tracing is asked for", () => {
    const loaded = (...args: string[]) =>
      run(
        `require("@pulumi/pulumi/cmd/run/tracing");
         console.log(Object.keys(require.cache).some((file) => file.includes("sdk-trace-node")));`,
        ...args,
      ).stdout;
    expect([loaded(), loaded("--tracing=http://127.0.0.1:1/")]).toEqual(["false\n", "true\n"]);
  });
});
