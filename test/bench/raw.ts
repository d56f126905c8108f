import { execFileSync, spawnSync } from "node:child_process";
import { docker } from "./docker.ts";

/** The topology of a sandbox made by hand with the engine's client: what a good shell script would do, one call after the other. */
export class RawTopology {
  private readonly client: string;
  private readonly name: string;

  constructor(client: string) {
    this.client = client;
    this.name = `${client}raw`;
  }

  up(images: { agent: string; gateway: string }, bundle: string): void {
    const of = (purpose: string) => `${this.name}-${purpose}`;
    const label = ["--label", `agent-sandbox.client=${this.name}`];
    const hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", ...label];
    // The addresses are the bundle's: it was compiled for them.
    const gateway = /"gateway": "(\S+)",/.exec(bundle)![1]!;
    const inner = gateway.replace(/\d+$/, "0/24");
    docker(
      "network",
      "create",
      "--internal",
      "--subnet",
      inner,
      "--ip-range",
      gateway.replace(/\d+$/, "64/26"),
      "--opt",
      "com.docker.network.bridge.inhibit_ipv4=true",
      ...label,
      of("inner"),
    );
    docker("network", "create", ...label, of("outer"));
    for (const purpose of ["cache", "history", "home", "policy", "secrets"])
      docker("volume", "create", ...label, of(purpose));
    docker(
      ...[
        "create",
        "--name",
        of("gateway"),
        "--network",
        of("outer"),
        ...hardened,
        "--restart",
        "always",
        "--memory",
        "128m",
        "--pids-limit",
        "128",
      ],
      ...["KILL", "NET_ADMIN", "SETGID", "SETUID"].flatMap((capability) => ["--cap-add", capability]),
      ...[
        "--sysctl",
        "net.ipv4.ip_forward=0",
        "--sysctl",
        "net.ipv4.ip_unprivileged_port_start=0",
        "--tmpfs",
        "/run",
        "--tmpfs",
        "/tmp",
      ],
      ...[
        "--env",
        `CLIENT=${this.client}`,
        "--env",
        `INNER_ADDRESS=${gateway}`,
        "--volume",
        `${of("policy")}:/var/lib/gateway`,
      ],
      images.gateway,
    );
    docker("network", "connect", "--ip", gateway, of("inner"), of("gateway"));
    docker("start", of("gateway"));
    execFileSync("docker", ["exec", "-i", of("gateway"), "apply"], {
      input: bundle,
      stdio: ["pipe", "ignore", "inherit"],
    });
    docker(
      ...[
        "run",
        "--detach",
        "--name",
        of("agent"),
        "--network",
        of("inner"),
        "--ip",
        gateway.replace(/\d+$/, "3"),
        "--dns",
        gateway,
        ...hardened,
      ],
      ...[
        "--user",
        "1000:1000",
        "--restart",
        "unless-stopped",
        "--memory",
        "8g",
        "--pids-limit",
        "1024",
        "--tmpfs",
        "/tmp:exec",
        "--tmpfs",
        "/run/agent-sandbox",
      ],
      ...[
        "--volume",
        `${of("home")}:/home/dev`,
        "--volume",
        `${of("cache")}:/state/cache`,
        "--volume",
        `${of("history")}:/state/history`,
      ],
      ...["--volume", `${of("secrets")}:/run/secrets:ro`, images.agent],
    );
  }

  down(): void {
    const filter = ["--quiet", "--filter", `label=agent-sandbox.client=${this.name}`];
    for (const [list, remove] of [
      [
        ["ps", "--all", ...filter],
        ["rm", "--force"],
      ],
      [
        ["network", "ls", ...filter],
        ["network", "rm"],
      ],
      [
        ["volume", "ls", ...filter],
        ["volume", "rm"],
      ],
    ] as const) {
      const ids = spawnSync("docker", list, { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
      if (ids.length > 0) docker(...remove, ...ids);
    }
  }
}
