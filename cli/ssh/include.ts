import { join } from "node:path";
import { packageOf } from "../../setup/places.ts";

/** The name by which ssh knows a client's sandbox. It is no host's: nothing asks a resolver for it. */
export function sshName(client: string): string {
  return `${client}.sandbox`;
}

/**
 * Why a path cannot stand in a file of ssh's settings, where these letters mean something, in its own words or a shell's; nothing where it can. `Include` takes a path for
 * a pattern, and says nothing where that finds no file (9.2, measured): `ssh acme.sandbox` would ask a resolver, and trust whom it finds. A percent sign is a word of ssh's
 * own in some settings and versions, and a letter in others.
 */
export function unfitPath(path: string): string | undefined {
  return /['"\\$`\r\n%*?[]/.test(path)
    ? `${path} has one of ' " \\ $ \` % * ? [ or the end of a line in it, which ssh or a shell takes for its own; move the checkout`
    : undefined;
}

/**
 * The settings of ssh for these clients, for one `Include`. Whatever a person's other settings say of all hosts, ssh takes the first that it finds: these forward
 * nothing, ask for one key, and know one host key for each client.
 * @param root the checkout @param folder where the clients' keys are
 */
export function renderInclude(root: string, folder: string, clients: readonly string[]): string {
  const about = "# Written by `agentbox ssh-config`, anew each time. A destroy takes its client out.\n";
  return about + clients.map((client) => `\n${block(root, folder, client)}`).join("");
}

function block(root: string, folder: string, client: string): string {
  const of = (file: string) => `"${join(folder, client, file)}"`;
  const lines = [
    `HostName ${sshName(client)}`,
    "User dev",
    `ProxyCommand '${join(packageOf(root), "bin/agentbox")}' ssh-proxy ${client}`,
    `IdentityFile ${of("id")}`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    "AddKeysToAgent no",
    "PreferredAuthentications publickey",
    `HostKeyAlias ${sshName(client)}`,
    `UserKnownHostsFile ${of("known_hosts")}`,
    "GlobalKnownHostsFile none",
    // Versions before 8.5 do not know it.
    "IgnoreUnknown KnownHostsCommand",
    "KnownHostsCommand none",
    "HostKeyAlgorithms ssh-ed25519",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "VerifyHostKeyDNS no",
    "CheckHostIP no",
    "ForwardAgent no",
    "ForwardX11 no",
    "ForwardX11Trusted no",
    "Tunnel no",
    "PermitLocalCommand no",
  ];
  return [`Host ${sshName(client)}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}
