/** Whether what YAML or JSON gave is a mapping: no list, no word, not nothing. */
export function isMapping(said: unknown): said is Record<string, unknown> {
  return typeof said === "object" && said !== null && !Array.isArray(said);
}
