import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Service, ServiceSchema } from "../model/service.ts";

/**
 * The egress catalogue: every file of policies/services, sorted by name.
 * @throws naming the file and the key path when one does not hold what a service is
 */
export function readServices(root: string): Service[] {
  const folder = join(root, "policies/services");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const parsed = ServiceSchema.safeParse(parse(readFileSync(join(folder, file), "utf8")));
      if (!parsed.success) throw new Error(`policies/services/${file}: ${z.prettifyError(parsed.error)}`);
      if (`${parsed.data.name}.yaml` !== file)
        throw new Error(`policies/services/${file}: its name is "${parsed.data.name}"; file and name must agree`);
      return parsed.data;
    });
}
