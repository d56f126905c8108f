/** What a script of the person's machine may not have, and why: macOS has bash 3.2 of 2007, the tools of BSD, and GNU Make 3.81. */
export interface Rule {
  /** As a finding names it. */
  what: string;
  /** Searched in a line without its comment. */
  pattern: RegExp;
  why: string;
  /** What to write. */
  fix: string;
  /** Lines that it is found in. */
  found: readonly string[];
  /** Lines that look like it and are none. */
  fine?: readonly string[];
  /** A program that some machine lacks: it may be called in a line that asks for it first. */
  program?: string;
}

/** A program at the beginning of a command, after words that begin one and variables for it. */
export function call(program: string, then = "(?=[\\s;|&)]|$)"): RegExp {
  return new RegExp(
    `(?:^|[|;&({!]|\\$\\(|["']\\$\\(|\\b(?:then|do|else|if|elif|while|until|exec|env|sudo|root|xargs|nice|waiting \\S+ \\S+)\\s)\\s*(?:[A-Za-z_]\\w*=\\S*\\s+)*${program}${then}`,
  );
}

/** A program with a flag among its words. @param flag an expression of it, after a space */
export function flag(program: string, flag: string): RegExp {
  return call(program, `(?:\\s+(?:'[^']*'|"[^"]*"|[^\\s|;'"])+)*?\\s+${flag}`);
}
