import type { PostureFact } from "../../plan/review/fact.ts";
import { BY_OWNER, open, rights, type Topic } from "../../plan/review/topic.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { asWord, describeImage, helpersOf } from "./helper.ts";

/** How helpers compare: one more is wider, for it is code beside the agent; another image or another way to run it has no order. */
export const helperTopics: Readonly<Record<string, Topic>> = {
  helpers: rights(),
  "helper-images": open("nobody can say what another image does", BY_OWNER),
  "helper-settings": open("it runs in another way", BY_OWNER),
};

/** What a fragment of a helper's image says, and a hash of all that it says and copies. */
export interface FragmentText {
  hash: string;
  instructions: readonly string[];
}

/** Helpers as a stack file declares them. @param extensions what their images are built of, by helper, where that was read */
export function helperFacts(
  spec: Pick<Spec, "helpers">,
  extensions: Readonly<Record<string, { fragment?: FragmentText }>> = {},
): PostureFact[] {
  return helpersOf(spec).flatMap(({ name, image, command, environment, volume, tmp, ports, ready, user, limits }) => {
    const fragment = extensions[name]?.fragment;
    const file = typeof image === "string" ? undefined : image.extend;
    const said: [key: string, says: string | undefined][] = [
      ["command", command && words(command)],
      ...Object.entries(environment).map(([variable, value]): [string, string] => [
        `environment.${variable}`,
        quoted(value),
      ]),
      ["volume", volume],
      ["tmp", [...tmp].sort().join(" ") || undefined],
      ["ports", ports.join(" ") || undefined],
      ["ready.command", ready.command && words(ready.command)],
      ["ready.port", ready.port === undefined ? undefined : String(ready.port)],
      ["user", user],
      ["limits.memory", `${limits.memory / 2 ** 20}MiB`],
      ["limits.pids", String(limits.pids)],
      ["limits.cpus", limits.cpus === undefined ? undefined : String(limits.cpus)],
    ];
    return [
      { topic: "helpers", about: name, says: "", key: `helpers.${name}` },
      {
        ...{ topic: "helper-images", about: name, says: describeImage(image), key: `helpers.${name}.image` },
        ...(fragment && { mark: fragment.hash }),
      },
      ...(fragment?.instructions ?? []).map((says, index) => ({
        ...{ topic: "helper-images", about: `${name} ${file} ${String(index + 1).padStart(3, "0")}`, says },
        key: `helpers.${name}.image.extend`,
      })),
      ...said.flatMap(([key, says]) =>
        says === undefined
          ? []
          : [{ topic: "helper-settings", about: `${name} ${key}`, says, key: `helpers.${name}.${key}` }],
      ),
    ];
  });
}

/** A command on one line. */
function words(command: readonly string[]): string {
  return command.map(asWord).join(" ");
}
