import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { complain, say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { makeRelease } from "./make-release.ts";

/** `make release`: node release/release.ts [--images] [FOLDER] */
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { images: { type: "boolean" } } });
  const out = resolve(positionals[0] ?? "release/out");
  const engine = values.images ? (await target.survey(target.find())).engine : undefined;
  for (const file of await makeRelease(resolve(import.meta.dirname, ".."), out, engine)) say(join(out, file));
} catch (error) {
  const wrong = (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (!wrong && !(error instanceof UserError)) throw error;
  for (const line of error instanceof UserError ? error.lines : [(error as Error).message]) complain(line);
  process.exitCode = error instanceof UserError ? error.exitCode : 2;
}
