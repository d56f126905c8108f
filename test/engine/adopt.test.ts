import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const other = project.client("other");
const box = `${other.name}-box`;
const name = `${other.name}-adopted`;
const file = () => join(project.folder, `stacks/Pulumi.${name}.yaml`);

beforeAll(async () => {
  await other.mustUp();
  const image = (await engine.inspect(other.gateway)).Config.Image;
  const work = join(project.directory("made"), "work");
  mkdirSync(work);
  chownSync(work, 1000, 1000);
  // Made, and never started: nobody runs anything of it.
  await engine.ask(
    ...["create", "--name", box, "--cap-add", "NET_ADMIN", "--volume", `${work}:/workspace`, "--publish", "18080:3000"],
    ...["--volume", "/var/run/docker.sock:/var/run/docker.sock", "--env", "TZ=UTC", "--env", "NPM_TOKEN=s3cret-of-box"],
    ...["--memory", "2g", "--entrypoint", "sleep", image, "600"],
  );
});
afterAll(() => engine.run("rm", "--force", "--volumes", box));

test("a container that was made by hand becomes a stack file that a preview takes; the container stays as it is", async () => {
  // In whatever order the engine says them.
  const look = async () => {
    const { Mounts, ...rest } = await engine.inspect(box);
    return {
      ...rest,
      Mounts: Mounts.toSorted((a: { Destination: string }, b: { Destination: string }) =>
        a.Destination < b.Destination ? -1 : 1,
      ),
    };
  };
  const before = await look();
  const { code, stdout, text } = await project.agentbox("adopt", box, "--name", name);
  expect({ code, text }).toMatchObject({ code: 0 });
  for (const left of ["capability CAP_NET_ADMIN", "mount /var/run/docker.sock at", "variable NPM_TOKEN", "user root"])
    expect(stdout).toContain(`left out  ${left}`);
  const written = readFileSync(file(), "utf8");
  expect(stdout + written).not.toContain("s3cret-of-box");
  // Variables of the image are nobody's wish.
  expect(written).not.toContain("PATH");
  const { dns, ca } = project.internet;
  writeFileSync(file(), `${written}  agent-sandbox:resolvers: ["${dns}"]\n  agent-sandbox:ca: ["${ca}"]\n`);
  const preview = await project.pulumi(["preview", "--stack", name, "--non-interactive"]);
  expect({ code: preview.code, text: preview.text }).toMatchObject({ code: 0 });
  expect(await look()).toEqual(before);
});

test("a client's own container is none", async () => {
  expect(await project.agentbox("adopt", other.agent, "--print")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining(`is a container of the client ${other.name} already`),
  });
});
