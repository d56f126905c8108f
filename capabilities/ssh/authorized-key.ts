import { z } from "zod";
import { PERSON_KEY_TYPES, type PublicKey, readPublicKey, rsaBits } from "../../stack-file/public-key.ts";
import { isNot } from "../../stack-file/quoted.ts";

/** As sshd has it (`RequiredRSASize` in images/runtime/sshd.bash). */
const LEAST_RSA_BITS = 3072;

const EXAMPLE = "ssh-ed25519 AAAA… anna@laptop";

/** The public key of a person who may come in: one line, as `ssh-keygen` writes it into a file that ends in `.pub`. */
export const AuthorizedKey = z
  .string({ error: ({ input }) => `${isNot(input, "a public key")}; write its line like ${EXAMPLE}` })
  .transform((line, context): PublicKey => {
    const read = readAuthorizedKey(line);
    if (typeof read !== "string") return read;
    context.addIssue(read);
    return z.NEVER;
  });

/** @returns what is wrong with the line, as the end of a sentence, where something is. It is not repeated: it may be a private key. */
function readAuthorizedKey(line: string): PublicKey | string {
  if (line.includes("PRIVATE KEY"))
    return `is a private key, which belongs in no stack file: make another one, and write its public half (the file that ends in .pub), like ${EXAMPLE}`;
  const key = readPublicKey(line.trim(), PERSON_KEY_TYPES);
  if (!key)
    return `is no public key: write one line without options before it, one of ${PERSON_KEY_TYPES.join(", ")} and the whole key in base64, like ${EXAMPLE}`;
  if (key.type === "ssh-rsa" && rsaBits(key.key) < LEAST_RSA_BITS)
    return `is an rsa key of ${rsaBits(key.key)} bits, and ${LEAST_RSA_BITS} are the least; make a better one: ssh-keygen -t ed25519`;
  return key;
}
