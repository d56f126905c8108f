import { keys } from "../../../stack-file/combinators.ts";
import { asJudged } from "./file.ts";
import { NO_VARIABLES, path, type SourceKind, WITH_A_PERSON, word } from "./kind.ts";

const form = "{age: {file: path, identity: path}}";

/** A file that age encrypts, and the identity that opens it. One that is on a hardware key asks for a touch. */
export const age: SourceKind<{ file: string; identity: string }> = {
  form,
  schema: keys({
    file: path(`is not the encrypted file; write ${form}`),
    identity: path(`is not the file of the identity; write ${form}`),
  }),
  says: ({ file, identity }) => `${word(asJudged(file))} by ${word(asJudged(identity))}`,
  ask: ({ file, identity }) => ({
    ...{ program: "age", args: ["--decrypt", "--identity", identity, file], files: [identity, file] },
    ...{ variables: NO_VARIABLES, seconds: WITH_A_PERSON },
    provide: "see that the identity is one of the file's recipients, and has no passphrase",
  }),
  identity: ({ file }, lead) => lead(file),
};
