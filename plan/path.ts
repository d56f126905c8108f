/** True when path is directory or lies below it. Both are absolute or both relative to one place, with links resolved. */
export function within(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
}
