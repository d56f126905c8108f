import { PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import { specHash } from "../../plan/hash.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, neutral, type Topic } from "../../plan/review/topic.ts";
import { fingerprintOf } from "../../stack-file/public-key.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { DeliveredFile } from "../delivered.ts";

/** How ways in by ssh compare: another key is another person, and another address is for more of them. */
export const sshTopics: Readonly<Record<string, Topic>> = {
  ssh: graded(isAtMost, { unordered: "another address" }),
  // Which number it has decides nothing about who comes in.
  "ssh-port": neutral(),
};

/**
 * Who comes in by ssh, and from where: each line of the file that sshd reads.
 * @param published what the gateway's container publishes, where that is known
 */
export function sshFacts(
  { ssh }: Pick<Spec, "ssh">,
  files: readonly DeliveredFile[],
  published: readonly { address: string; port: number }[] = [],
): PostureFact[] {
  const address = published.find(({ port }) => port === ssh?.port)?.address ?? ssh?.listen;
  const lines = files.flatMap((file) =>
    file.role === "sshd" && "text" in file.source ? file.source.text.split("\n").filter(Boolean) : [],
  );
  return [
    ...lines.map((line) => {
      const [, , inBase64 = ""] = line.split(" ");
      const mark = specHash(line).slice(0, 16);
      return { topic: "ssh", about: fingerprintOf(inBase64), says: `at ${address}`, mark, key: "ssh" };
    }),
    ...(ssh ? [{ topic: "ssh-port", about: "", says: String(ssh.port), key: "ssh.port" }] : []),
  ];
}

/** Who reaches 127.0.0.1 is on the host, and reaches each address of it; all addresses are each of them. */
function isAtMost(says: string, than: string): boolean {
  return says === than || says === `at ${PUBLISHED_AT}` || than === "at 0.0.0.0";
}
