/** A word for bash and zsh, whatever is in it. */
export function quote(text: string): string {
  return isPlain(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word for fish, where a backslash means something between these quotes, too. */
export function quoteFish(text: string): string {
  return isPlain(text) ? text : `'${text.replace(/[\\']/g, "\\$&")}'`;
}

function isPlain(text: string): boolean {
  return /^[\w@%+:,./-]+$/.test(text);
}
