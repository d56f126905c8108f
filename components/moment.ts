/**
 * The moment of this run in milliseconds, base 36: what must differ from whatever was placed before carries it, like the label of a container that is made anew. A run
 * that carries out a plan has the moment at which the plan was made (setup/lifecycle.sh), or its every mark would be another one than the plan's.
 */
export const moment: string = process.env.AGENT_SANDBOX_MOMENT || Date.now().toString(36);
