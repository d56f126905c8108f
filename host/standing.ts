import { readGuards } from "../capabilities/command-guards/look.ts";
import { readEgressCatalogue } from "../capabilities/egress/look/catalogue.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { declare } from "../plan/declare.ts";
import { judgeByOrganisation, type Standing } from "../plan/rules/organisation.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { agentSockets, leadsTo, readOrganisation, readOthers } from "./organisation.ts";
import { writableDirectories } from "./writable.ts";

/**
 * How a client stands to its organisation by what it declares alone: without an engine, without a secret, and with the same judges as an `up`.
 * @param config what the stack's config says, by key
 * @param today as ISO writes it, in UTC
 * @throws UserError where a file of the project cannot be read
 */
export async function standingOf(
  root: string,
  client: string,
  config: Readonly<Record<string, unknown>>,
  today: string,
): Promise<Standing> {
  const { spec, problems } = parseSpec(config);
  if (!spec) return { problems, warnings: [] };
  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { egress, problems: ofPolicy } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const declared = declare(client, spec, { ...sources, ...egress, guards: readGuards(root) });
  const { organisation, problems: unread } = await readOrganisation(root, client, writable);
  const others = readOthers(root, client);
  const around = { lead: leadsTo(root), agentSockets: agentSockets(), others, today };
  const standing = judgeByOrganisation(organisation, { declared, ...around });
  return { ...standing, problems: [...problems, ...ofPolicy, ...declared.problems, ...unread, ...standing.problems] };
}
