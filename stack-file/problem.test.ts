import { describeProblems, keyPath, suggest } from "./problem.ts";

test("a message names the file, every key path in order, and that nothing was changed", () => {
  expect(
    describeProblems(
      [
        { path: "workspace", message: "~/acme does not exist" },
        { path: "egress.allow[10]", message: "b" },
        { path: "egress.allow[2]", message: "a" },
      ],
      "stacks/Pulumi.acme.yaml",
    ),
  ).toBe(
    [
      "stacks/Pulumi.acme.yaml",
      "  egress.allow[2]   a",
      "  egress.allow[10]  b",
      "  workspace         ~/acme does not exist",
      "3 problems; nothing was changed.",
    ].join("\n"),
  );
});

test("problems of other files come under their own names, after the stack file's", () => {
  expect(
    describeProblems(
      [
        { file: "~/acme.yaml", path: "domains[1]", message: "a" },
        { path: "workspace", message: "b" },
      ],
      "stacks/Pulumi.acme.yaml",
    ),
  ).toBe("stacks/Pulumi.acme.yaml\n  workspace  b\n~/acme.yaml\n  domains[1]  a\n2 problems; nothing was changed.");
});

test("key paths read as people write them", () => {
  expect(keyPath(["egress", "allow", 2, "host"])).toBe("egress.allow[2].host");
});

test.each([
  ["gihub", ' Did you mean "github"?'],
  ["gtihub", ' Did you mean "github"?'],
  ["something", ""],
])("%s", (given, answer) => {
  expect(suggest(given, ["gitlab", "github", "npm"])).toBe(answer);
});
