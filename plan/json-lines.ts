/** JSON with a line for each entry of a value: Pulumi shows the difference of two texts by lines. */
export function jsonLines(value: Readonly<Record<string, unknown>>): string {
  // Without what JSON has no word for, at whatever depth.
  const plain: Record<string, unknown> = JSON.parse(JSON.stringify(value));
  const entries = Object.entries(plain).map(([name, one]) => {
    const key = JSON.stringify(name);
    if (one === null || typeof one !== "object") return ` ${key}: ${JSON.stringify(one)}`;
    const inner = Array.isArray(one)
      ? one.map((item) => `  ${JSON.stringify(item)}`)
      : Object.entries(one).map(([each, item]) => `  ${JSON.stringify(each)}: ${JSON.stringify(item)}`);
    const [open, close] = Array.isArray(one) ? ["[", "]"] : ["{", "}"];
    // One that is empty has two lines as well, so that its first entry is one more.
    return [` ${key}: ${open}`, ...(inner.length === 0 ? [] : [inner.join(",\n")]), ` ${close}`].join("\n");
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}
