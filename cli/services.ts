import { parseArgs } from "node:util";
import { readServices, serviceNames } from "../capabilities/egress/look/catalogue.ts";
import { say } from "../host/say.ts";
import { type Command, ROOT } from "./command.ts";
import { table } from "./format/table.ts";
import { sayJson, VERSION } from "./json.ts";

export const command: Command = {
  usage: "services [WORD] [--json]",
  help: `Lists the services that \`egress.allow\` knows by name, and what each is for: bundles of names that were reviewed together, a file each in policies/services.

  WORD     those alone that have it in their name, in what they are for, or in a host
  --json   for programs, in the shape of docs/json.schema.json

Exit codes: 0 ok, 1 there is none like it.

  agentbox services git`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    const word = positionals.join(" ").toLowerCase();
    const found = readServices(ROOT, serviceNames(ROOT)).filter(({ name, description, hosts }) =>
      [name, description, ...hosts.map(({ host }) => host)].some((text) => text.toLowerCase().includes(word)),
    );
    if (values.json)
      sayJson("services", {
        version: VERSION,
        services: found.map(({ name, description, hosts }) => ({
          ...{ name, description },
          hosts: hosts.map(({ host, ports }) => ({ host, ports })),
        })),
      });
    else if (found.length > 0) table(found.map(({ name, description }) => [name, description]));
    else say(`no service has ${JSON.stringify(word)} in its name, in what it is for, or in a host`);
    return found.length > 0 ? 0 : 1;
  },
};
