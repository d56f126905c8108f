import { program } from "./agent-sandbox.ts";

export default program;
