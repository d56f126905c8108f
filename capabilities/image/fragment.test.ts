import fc from "fast-check";
import { renderExtensionDockerfile } from "./extension.ts";
import { parseFragment } from "./fragment.ts";

const told = (...lines: string[]) =>
  parseFragment(lines.join("\n")).problems.map(({ line, message }) => `${line}: ${message}`);

test("a fragment may copy what lies beside it, run, and set variables", () => {
  const { fragment, problems } = parseFragment(`
# rules of the house
COPY --chmod=0755 ./rules/ tool.sh /opt/acme/
run --mount=type=secret,id=hostca,required=false --mount=type=tmpfs,target=/scratch \\
    # why
    make all && \\

    make install
ENV ACME_HOME=/opt/acme LEVEL="2 3"
ARG VERSION=1
USER dev
`);
  expect(problems).toEqual([]);
  expect(fragment).toEqual({
    instructions: [
      "COPY --chmod=0755 ./rules/ tool.sh /opt/acme/",
      "RUN --mount=type=secret,id=hostca,required=false --mount=type=tmpfs,target=/scratch make all && make install",
      'ENV ACME_HOME=/opt/acme LEVEL="2 3"',
      "ARG VERSION=1",
      "USER dev",
    ],
    sources: ["rules", "tool.sh"],
  });
});

test.each([
  ["FROM debian", /^1: FROM is not allowed in a fragment; instead: none.*ref.*Allowed: ARG, COPY, ENV, RUN, USER$/],
  ["ENTRYPOINT sh", /ENTRYPOINT is not allowed/],
  ["VOLUME /x", /state has volumes of its own/],
  ["ADD https://x.example/y /y", /instead: COPY, or curl/],
  ["ONBUILD RUN true", /ONBUILD is not allowed/],
  ['SHELL ["bash"]', /SHELL is not allowed/],
  ["USER 0:1000", /USER 0:1000 is not allowed; write root or dev/],
  ["COPY --from=other /x /x", /COPY --from=other is not allowed/],
  ["COPY ../secrets /x", /takes "..\/secrets"; name a file or folder below/],
  ["COPY . /x", /takes "."/],
  ["COPY /etc/passwd /x", /takes "\/etc\/passwd"/],
  ["COPY *.sh /x", /takes "\*.sh"/],
  ['COPY ["a", "/b"]', /COPY is written as/],
  ["COPY a", /COPY is written as/],
  ["COPY config/.env /x", /takes config\/.env, which holds secrets as a rule/],
  ["COPY id_ed25519 /x", /holds secrets as a rule/],
  ["COPY keys/tls.key /x", /holds secrets as a rule/],
  ["ENV NPM_TOKEN=abc", /NPM_TOKEN is a secret's name/],
  ["ENV A=1 DB_PASSWORD=x", /DB_PASSWORD is a secret's name/],
  ["ARG GITHUB_PAT", /GITHUB_PAT is a secret's name/],
  ["ENV API_KEY x", /API_KEY is a secret's name/],
  ["RUN --mount=type=bind,source=/,target=/x true", /RUN --mount=type=bind,source=\/,target=\/x is not allowed/],
  ["RUN --mount=type=cache,from=other,target=/x true", /is not allowed/],
  ["RUN --mount=type=cache,target=/var/cache/apt true", /is not allowed.*: a builder's cache is that of all clients$/],
  ["RUN --mount=type=cache,id=mine,target=/x true", /is that of all clients/],
  ["RUN --mount=type=secret,id=npmrc true", /id=npmrc is not allowed; its options are --mount=type=secret,id=hostca/],
  ["RUN --mount=type=secret,id=hostca,id=npmrc true", /is not allowed/],
  ["RUN --mount=type=secret,id=hostca,required,id=npmrc true", /is not allowed/],
  ["RUN --mount=type=tmpfs,target=/x,type=cache true", /is not allowed/],
  ["RUN --mount=type=tmpfs,target=$X true", /is not allowed/],
  ["RUN --security=insecure true", /RUN --security=insecure is not allowed/],
  ["RUN --mount=type=ssh true", /is not allowed/],
  ["RUN cat <<END", /holds <</],
  ["RUN true \\", /ends with \\; the instruction is not finished/],
  ["RUN", /RUN says nothing/],
])("%s is refused with what to do", (line, message) => {
  expect(told(line).join()).toMatch(message);
});

test("all that is wrong is told at once, each at its line, and no value of a secret with it", () => {
  const all = told("FROM x", "", "RUN a \\", "  b", "ENV TOKEN=hunter2", "VOLUME /y");
  expect(all.map((line) => line.split(":")[0])).toEqual(["1", "5", "6"]);
  expect(all.join()).not.toMatch(/hunter2/);
});

test("whatever a fragment says, the image ends as dev, without setuid files, and with no instruction that was not judged", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "RUN true",
      "RUN a \\",
      "USER root",
      "FROM x",
      "ENTRYPOINT y",
      "# c",
      "\\",
      "RUN x\nCMD y",
      "\tCMD y",
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { fragment, problems } = parseFragment(lines.join("\n"));
      if (problems.length > 0) return;
      const whole = { ...fragment, folder: "/x", hash: "" };
      const dockerfile = renderExtensionDockerfile({ packages: [], fragment: whole }, 1000, 1000);
      const words = dockerfile.split("\n");
      expect(dockerfile).toMatch(
        /\nUSER 0:0\nRUN set -eu; \\\n {4}\/usr\/local\/lib\/agent-sandbox\/own-trust; \\\n {4}find \/ .*chmod ug-s \{\} \+; \\\n {4}rm -rf \/run\/secrets\/\*\nUSER 1000:1000\n$/,
      );
      for (const own of words.slice(3, -7)) expect(own).toMatch(/^(ARG|COPY|ENV|RUN|USER) /);
    }),
  );
});

test("a heredoc is told once, and what it holds is no instruction", () => {
  expect(told("RUN cat >/start <<'EOF'", "echo 1", "FROM x", "EOF", "CMD x")).toEqual([
    expect.stringMatching(/^1: holds <</),
    expect.stringMatching(/^5: CMD is not allowed/),
  ]);
});

test("of a helper's image the sentences name the helper's own keys", () => {
  const text =
    "CMD x\nENTRYPOINT x\nVOLUME /data\nEXPOSE 1\nHEALTHCHECK x\nFROM x\nUSER postgres\nENV API_KEY=1\nCOPY .env /";
  const all = parseFragment(text, "helper").problems.map(({ message }) => message);
  expect(all.slice(0, 5).map((message) => /instead: the helper's key `(\w+)`/.exec(message)?.[1])).toEqual([
    "command",
    "command",
    "volume",
    "ports",
    "ready",
  ]);
  expect(all.slice(5)).toEqual([
    expect.stringContaining("`image: name@sha256:…`"),
    expect.stringContaining("The helper runs as its key `user`"),
    expect.stringContaining("A helper has no secrets"),
    expect.stringContaining("A helper has no secrets"),
  ]);
});
