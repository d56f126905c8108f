import { SANDBOX } from "../../gateway/contract.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { DeliveredFile } from "../delivered.ts";

/** Whether the client has keys of its own for ssh and for signatures. */
export function hasOwnKeys({ ssh }: Pick<Spec["git"], "ssh">): boolean {
  return ssh === "generate";
}

/** Whether git signs what it commits: with keys of its own it does, unless the stack file says otherwise. */
export function signs(git: Pick<Spec["git"], "ssh" | "sign">): boolean {
  return hasOwnKeys(git) && git.sign !== false;
}

/** What git is told for that. The key is one that no `up` changes, so this is delivered, and changes without a new container. */
export function planSigning(git: Pick<Spec["git"], "ssh" | "sign">): { files: DeliveredFile[]; problems: Problem[] } {
  if (git.sign && !hasOwnKeys(git))
    return {
      files: [],
      problems: [
        { path: "git.sign", message: "is true, and there is no key to sign with; add git.ssh: generate, or remove it" },
      ],
    };
  return {
    files: signs(git) ? [{ role: "ssh", name: "gitconfig", source: { text: SIGNING }, key: "git.sign" }] : [],
    problems: [],
  };
}

const SIGNING = `[user]
	signingKey = ${SANDBOX.gitKeys}/signing
[gpg]
	format = ssh
[gpg "ssh"]
	allowedSignersFile = ${SANDBOX.gitKeys}/allowed_signers
[commit]
	gpgSign = true
[tag]
	gpgSign = true
`;
