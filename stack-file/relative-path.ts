/** The names of a path, in order. */
export const segments = (path: string) => path.split("/");
/** Whether a path stays below what it is relative to: no `..`, nothing empty, not absolute. */
export const isBelow = (path: string) =>
  !path.startsWith("/") && segments(path).every((part) => part !== "" && part !== "." && part !== "..");
