// Pulumi's loader of packs compiles TypeScript by its own compiler, which takes no imports that end in .ts; Node takes them as they are.
import "./pack.ts";
