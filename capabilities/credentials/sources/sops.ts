import { asJudged } from "./file.ts";
import { path, type SourceKind, WITH_A_PERSON } from "./kind.ts";

/** Where sops and the stores of keys that it asks have theirs. */
const VARIABLES =
  /^(SOPS_[A-Z_]+|GNUPGHOME|AWS_[A-Z_]+|AZURE_[A-Z_]+|GOOGLE_[A-Z_]+|CLOUDSDK_[A-Z_]+|VAULT_(ADDR|TOKEN|NAMESPACE))$/;

/** A file that sops encrypts, or one value of it: `secrets.enc.yaml#/npm/token`. */
export const sops: SourceKind<string> = {
  form: "{sops: file#/key}",
  schema: path("is not a file of sops; write {sops: file#/key}, or {sops: file} for all of it"),
  says: (said) => {
    const { file, key } = parts(said);
    return key === undefined ? asJudged(file) : `${asJudged(file)}#/${key}`;
  },
  ask: (said) => {
    const { file, key } = parts(said);
    const extract = key?.split("/").map((name) => (/^\d+$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]`));
    return {
      program: "sops",
      args: ["--decrypt", ...(extract ? ["--extract", extract.join("")] : []), file],
      ...{ files: [file], variables: VARIABLES, seconds: WITH_A_PERSON },
      provide: "see that sops has the key of the file, and that the value is there",
    };
  },
  identity: (said, lead) => {
    const { file, key = "" } = parts(said);
    return `${lead(file)}#/${key}`;
  },
};

/** The file, and the value in it where one is named. */
function parts(said: string): { file: string; key?: string } {
  const [, file = said, key] = /^(.+?)#\/(.+)$/.exec(said) ?? [];
  return { file, ...(key !== undefined && { key }) };
}
