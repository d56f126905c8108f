/** A name of a pattern that stands for any number of directories, none too. */
export const EVERY_LEVEL = "**";

/** Tells whether a name fits one of a pattern, where `*` is any text. Both of the same letters or bytes. @param folds any spelling of the letters fits (host/folds-case.ts) */
export function fitName(pattern: string, folds = false): (name: string) => boolean {
  if (!pattern.includes("*") && !folds) return (name) => name === pattern;
  const expression = new RegExp(`^${anyText(pattern)}$`, folds ? "si" : "s");
  return (name) => expression.test(name);
}

/** Tells whether a relative path fits a pattern. @param folds any spelling of the letters fits */
export function fitPath(pattern: string, folds = false): (path: string) => boolean {
  const names = pattern.split("/");
  const source = names.map((name, index) =>
    name === EVERY_LEVEL ? "(?:[^/]+/)*" : `${anyText(name)}${index < names.length - 1 ? "/" : ""}`,
  );
  const expression = new RegExp(`^${source.join("")}$`, folds ? "si" : "s");
  return (path) => expression.test(path);
}

function anyText(name: string): string {
  return name.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*");
}
