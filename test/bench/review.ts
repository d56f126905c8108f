import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DeclaredProject } from "../declared-project.ts";
import { median, type Row, seconds } from "./measure.ts";

const CLIENTS = 50;

/** What a pull request waits for: `agentbox check` and `review` of a project with 50 clients, each with three agents and eight services and names. */
export function* review(): Generator<Row> {
  const project = new DeclaredProject();
  try {
    const write = (more: string) => {
      for (let index = 0; index < CLIENTS; index++)
        project.client(
          `c${index}`,
          "agent-sandbox:tools: [psql, go]",
          `agent-sandbox:egress: {allow: [github, npm, pypi, crates, go, docs.c${index}.example, "*.c${index}.example"${more}]}`,
          "agent-sandbox:ports: [8080]",
        );
    };
    write("");
    project.commit("one");
    write(", gitlab");
    project.commit("two");
    yield {
      what: "`agentbox check` of 50 clients",
      unit: "s",
      ours: time(project, "check"),
      budget: "≤ 2 s",
      against: "",
    };
    const ours = time(project, "review", "one..two");
    yield { what: "`agentbox review A..B` of 50 clients, each changed", unit: "s", ours, budget: "≤ 3 s", against: "" };
  } finally {
    project.remove();
  }
}

function time({ folder }: DeclaredProject, ...args: string[]): number {
  const run = () => {
    const env = {
      ...process.env,
      AGENT_SANDBOX_ROOT: folder,
      NODE_COMPILE_CACHE: join(process.cwd(), ".cache/compiled"),
    };
    const { status, stderr } = spawnSync(process.execPath, [join(process.cwd(), "cli/agentbox.ts"), ...args], {
      env,
      cwd: folder,
      encoding: "utf8",
    });
    // 1 is that something gets wider.
    if (status === null || status > 1) throw new Error(`agentbox ${args.join(" ")}: exit ${status}\n${stderr}`);
  };
  run();
  return median(Array.from({ length: 5 }, () => seconds(run)));
}
