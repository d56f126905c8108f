import { stringify } from "yaml";
import type { Detected } from "./detect.ts";

/** What a person has chosen for a client. */
export interface Chosen {
  client: string;
  workspace: string;
  agents: readonly string[];
  services: readonly string[];
}

/** The first stack file of a client: what was chosen, each line with what it does, and beside it what may be wanted next. Nothing opens that nobody chose. */
export function firstStackFile({ workspace, agents, services }: Chosen, found: Detected): string {
  const login = agents.filter((agent) => found.loggedIn.includes(agent));
  return [
    // For an editor with the YAML language server.
    "# yaml-language-server: $schema=../node_modules/agent-sandbox/docs/stack-file.schema.json",
    "# All of this client's sandbox. `make preview` says what an edit changes, and opens nothing that is not here.",
    "config:",
    "  # The one directory of this machine that the agent may write.",
    `  agent-sandbox:workspace: ${flow(workspace)}`,
    "  # The first is what `agentbox enter` starts. Each brings the destinations that it needs itself.",
    `  agent-sandbox:agents: ${flow(agents)}`,
    ...(found.tools.length > 0
      ? ["  # Languages of the workspace, in the image.", `  agent-sandbox:tools: ${flow(found.tools)}`]
      : []),
    "  # All else that it may reach, by name: services (`agentbox services`), and hosts like docs.example.com.",
    "  agent-sandbox:egress:",
    `    allow: ${flow(services)}`,
    "  agent-sandbox:limits: {memory: 4GiB, pids: 1024}",
    ...(found.authorities.length > 0
      ? [
          "  # This machine trusts these beside the public ones, as one does whose TLS is re-signed; inside, nothing does without this line.",
          `  agent-sandbox:ca: ${flow(found.authorities)}`,
        ]
      : []),
    "",
    "  # What may come next (each in the package's README):",
    "  # agent-sandbox:git: {name: my-bot, email: my-bot@example.com}",
    "  # agent-sandbox:ports: [8080]",
    ...(found.gpu ? ["  # agent-sandbox:gpu: all      # this machine has one"] : []),
    ...login.map(
      (agent) =>
        `  # agent-sandbox:credentials: {${agent}: {login: host}}   # a copy of your login here; a login of its own: agentbox login`,
    ),
    "",
  ].join("\n");
}

/** A value on one line, quoted where YAML would read something else. */
function flow(value: string | readonly string[]): string {
  return stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim();
}
