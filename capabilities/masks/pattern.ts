/** A name of a pattern that stands for any number of directories, none too. */
export const EVERY_LEVEL = "**";

/** Tells whether a name fits one of a pattern, where `*` is any text. Both of the same letters or bytes. */
export function fitName(pattern: string): (name: string) => boolean {
  if (!pattern.includes("*")) return (name) => name === pattern;
  const expression = new RegExp(`^${anyText(pattern)}$`, "s");
  return (name) => expression.test(name);
}

/** Tells whether a relative path fits a pattern. */
export function fitPath(pattern: string): (path: string) => boolean {
  const names = pattern.split("/");
  const source = names.map((name, index) =>
    name === EVERY_LEVEL ? "(?:[^/]+/)*" : `${anyText(name)}${index < names.length - 1 ? "/" : ""}`,
  );
  const expression = new RegExp(`^${source.join("")}$`, "s");
  return (path) => expression.test(path);
}

function anyText(name: string): string {
  return name.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*");
}
