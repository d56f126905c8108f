/**
 * A stack file's text as git has it, where Pulumi's salt is left out (stacks/.gitattributes): a salt is of one machine's passphrase. It stays in a file with values under
 * `secure:`, which nobody reads without it. setup/git.sh says the same to git.
 */
export function withoutSalt(text: string): string {
  return text.includes("secure:") ? text : text.replace(/^encryptionsalt:.*\n?/gm, "");
}
