/** A file of a new project: a text, or what a link leads to. */
export type ProjectFile = { text: string } | { link: string };

/** How npm installs for `make`: nothing of a package runs. */
const QUIETLY = "--ignore-scripts --no-audit --no-fund";

/**
 * The files of a project that depends on this package, by path, without its clients'.
 * @param dependency what npm installs the package by: a version, or the address of its tarball
 */
export function projectFiles(name: string, dependency: string): Record<string, ProjectFile> {
  const text = (...lines: string[]): ProjectFile => ({ text: `${lines.join("\n")}\n` });
  return {
    "package.json": text(
      JSON.stringify({ name, private: true, type: "module", dependencies: { "agent-sandbox": dependency } }, null, 2),
    ),
    "Pulumi.yaml": text(
      "# Each client is a stack of this project, and its keys begin with the project's name.",
      "name: agent-sandbox",
      "description: Sandboxes for coding agents; one client, one stack.",
      "runtime:",
      "  name: nodejs",
      "  options:",
      "    # Node runs the TypeScript as it is written.",
      "    typescript: false",
      "    nodeargs: --max-semi-space-size=32 --require ./node_modules/agent-sandbox/toolchain/lazy.cjs",
      "main: index.ts",
      "stackConfigDir: stacks",
    ),
    "index.ts": text('import { program } from "agent-sandbox";', "", "export default program;"),
    Makefile: text(
      "# The targets of agent-sandbox; `make help` lists them.",
      "include node_modules/agent-sandbox/Makefile",
      "",
      "node_modules/agent-sandbox/Makefile:",
      // In a folder that had a package.json: what npm says of a lock that lacks a package is 70 lines of its usage, and without the dependency it installs nothing of this one.
      "\t@grep -q '\"agent-sandbox\" *:' package.json || { echo 'package.json does not depend on agent-sandbox. Run: npm install agent-sandbox@ADDRESS, with the address or the path of its tarball' >&2; exit 1; }",
      `\t@if grep -qs '"node_modules/agent-sandbox"' package-lock.json; then npm ci ${QUIETLY}; else npm install ${QUIETLY}; fi`,
    ),
    // With it, what messages and pages say is right here, too: bin/pulumi, bin/agentbox, . bin/activate
    bin: { link: "node_modules/agent-sandbox/bin" },
    ".gitignore": text("node_modules/", "/.state/", "/.cache/"),
    // Also for stack files that somebody writes without the line that names the schema.
    ".vscode/settings.json": text(
      JSON.stringify(
        { "yaml.schemas": { "./node_modules/agent-sandbox/docs/stack-file.schema.json": "stacks/Pulumi.*.yaml" } },
        null,
        2,
      ),
    ),
    "stacks/.gitattributes": text(
      "# An encryption salt is of one machine's passphrase: git looks past it, unless something in the file is encrypted.",
      "Pulumi.*.yaml filter=no-salt",
    ),
    "policies/README.md": text(
      "# What this project adds to agent-sandbox",
      "",
      "- `services/NAME.yaml`: a named bundle of destinations, for `egress.allow`",
      "- `guards/NAME.yaml`: a command that agents' hooks refuse",
      "- `guardrails/NAME.yaml`: a rule for all clients; `ceiling.yaml` and `approvals.yaml` have what none may be more than, and which changes need an approval",
      "",
      "They are read beside the package's own (`node_modules/agent-sandbox/policies/`), which shows what each looks like. A name that both have is an error.",
    ),
  };
}
