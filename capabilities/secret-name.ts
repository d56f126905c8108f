/**
 * True for names that secrets have: `NPM_TOKEN`, `PGPASSWORD`, `STRIPE_KEY`. What a file in git, an image or a stack's state holds under such a name is no
 * secret any more. Names that say of themselves that they are public (`VITE_STRIPE_PUBLISHABLE_KEY`) are none.
 */
export function soundsSecret(name: string): boolean {
  return SECRET.test(name) && !/(^|_)(PUBLIC|PUBLISHABLE)(_|$)/i.test(name);
}

/** The second part are words that others are glued to: PGPASSWORD, MYSQL_PWD. The third is sshpass's own. */
const SECRET =
  /((^|_)(API_?KEYS?|AUTH|CREDENTIALS?|(ACCESS|PRIVATE|SECRET)?_?KEY|PASS|PAT|SECRETS?|TOKEN)|PASSWORD|PASSWD|PASSPHRASE|(?<!OLD|^)PWD|^SSHPASS)$/i;

/** True for text that signs in to somewhere: `postgres://app:hunter2@db/app`. */
export function holdsPassword(value: string): boolean {
  return /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i.test(value);
}

/** True for text that is a secret by its form, whatever it is called: keys of well-known services, a signed token, a private key, a password in an address. */
export function isSecretByForm(value: string): boolean {
  return holdsPassword(value) || isKeyByForm(value);
}

/** The same without passwords in addresses, which a database for tests has in clear. */
export function isKeyByForm(value: string): boolean {
  return (
    /-----BEGIN [A-Z ]*PRIVATE KEY|\bAGE-SECRET-KEY-1|\beyJ[\w-]{8,}\.[\w-]{8,}\./.test(value) ||
    /\b((sk|rk|gh[oprsu]|github_pat|glpat|npm|pypi|xox[abprs]|hf|dop_v1|dckr_pat|shpat)[_-]|AKIA|ASIA|AIza)[A-Za-z0-9_-]{16,}/.test(
      value,
    )
  );
}

/** The same, and a long text of chance, which a hash or a commit's name is as well. */
export function looksSecret(value: string): boolean {
  return (
    isSecretByForm(value) ||
    (/^[A-Za-z0-9+/_=-]{24,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && !value.startsWith("/"))
  );
}
