/** A word for bash and zsh, whatever is in it. */
export function shellWord(text: string): string {
  return isPlainWord(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether a word means itself in any shell. */
export function isPlainWord(text: string): boolean {
  return /^[\w@%+:,./-]+$/.test(text);
}
