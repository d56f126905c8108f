import type { Agent } from "../../capabilities/image/agent.ts";
import { kindOf } from "../../capabilities/login.ts";
import { names } from "../../plan/names.ts";

/** What a person does who makes a key or a token: it goes from its page to a keyring, and no program of this project has it before an `up` delivers it. */
export function tokenSteps(client: string, { name, login, keys }: Agent, platform: string): string[] {
  const way = login?.ways.find(({ token }) => token !== undefined);
  const entry = `${client}/${name}`;
  const store =
    platform === "darwin"
      ? `security add-generic-password -U -s ${client} -a ${name} -w`
      : `secret-tool store --label=${entry} service ${client} account ${name}`;
  const variable = way?.token === keys[0] ? "" : `, variable: ${way?.token}`;
  return [
    `1. Make it: ${way?.how}.`,
    `2. Store it in your keyring. This asks for it; do not write it into a command or a file of the project:`,
    `     ${store}`,
    `3. Say in stacks/Pulumi.${client}.yaml where it is, and until when it lasts, where you know that:`,
    `     agent-sandbox:credentials: {${name}: {apiKey: {keyring: ${entry}, expires: YYYY-MM-DD}${variable}}}`,
    `   Other places than a keyring are in docs/secrets.md: a file, a command, 1Password, sops, age.`,
    `4. pulumi up --stack ${client}`,
  ];
}

/** What a person should know who copies their own login. */
export function hostSteps(client: string, { name, login, state }: Agent): string[] {
  const way = login?.ways.find((way) => kindOf(way) === "host");
  const { at = "", refresh } = login?.file ?? {};
  const volume = names(client).volume(state.find(({ dir }) => at.startsWith(`${dir}/`))?.purpose ?? "");
  return [
    `${way?.host} is delivered to ${names(client).volume("secrets")} by each \`pulumi up\`, and copied from there once, to ${volume} as ${at}. From then on the`,
    `copy is ${name}'s: no up touches it, and where it is gone, only --reseed copies yours again.`,
    ...(refresh?.use === "once"
      ? [
          `Your own login and the copy end each other: what renews it is good for one use (${refresh.source}, ${refresh.seen}). Better is another way.`,
        ]
      : []),
    ...(refresh?.use === "unknown"
      ? [`Whether your own login and the copy end each other is not known (looked for on ${refresh.seen}).`]
      : []),
  ];
}
