import type { Lacks } from "../target/engine/dialect/dialect.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";

/** What an engine cannot do of what a client may ask for: each with its sentence. Who asks needs no engine's name. */
export function lacks(engine: Engine): Lacks {
  return dialects[engine.kind].lacks(engine);
}
