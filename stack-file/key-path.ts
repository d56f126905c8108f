/** True when a key path is the key, or lies below it: `mounts[0].at` and `mounts` lie at or below `mounts`, `mountsOf` does not. */
export function isAtOrBelow(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
}
