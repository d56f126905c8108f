/** What other projects import of this package. */
export { program } from "./program.ts";
