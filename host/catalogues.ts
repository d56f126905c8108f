import { readGuards } from "../capabilities/command-guards/look.ts";
import { readServices, serviceNames } from "../capabilities/egress/look/catalogue.ts";
import { dataNames, readImageCatalogue } from "../capabilities/image/look/sources.ts";
import type { Problem } from "../stack-file/problem.ts";
import { CatalogueError } from "./catalogue-file.ts";

/** What is wrong with a project's catalogues, those parts included that no client names yet. */
export function catalogueProblems(root: string): Problem[] {
  const reads = [
    () => readImageCatalogue(root, { agents: dataNames(root, "agents"), tools: dataNames(root, "tools") }),
    () => readServices(root, serviceNames(root)),
    () => readGuards(root),
  ];
  return reads.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (error instanceof CatalogueError) return error.problems;
      throw error;
    }
  });
}
