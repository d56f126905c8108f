import { type DeliveredFile, placeOf } from "../../capabilities/delivered.ts";
import { engineOf } from "../../host/engine-of.ts";
import { declaredStanding, type Standing } from "../../plan/login-standing.ts";
import { names } from "../../plan/names.ts";
import { target } from "../../target/target.ts";
import { ROOT } from "../command.ts";
import { lookAtOutputs } from "../pulumi/outputs.ts";

/** Whether an agent's key lies in its client's volume as the last `up` delivered it. It is compared by a keyed mark, and no value comes out. */
export async function lookAtKey(client: string, key: Extract<DeliveredFile, { role: "variable" }>): Promise<Standing> {
  const dark = (why: string): Standing => ({ word: "UNSEEN", says: `could not be looked at: ${why}` });
  const { gateway } = names(client);
  const [outputs, survey] = await Promise.all([
    lookAtOutputs(ROOT, client),
    target.survey(engineOf(ROOT, client), { containers: [gateway] }),
  ]);
  if ("unseen" in outputs) return dark(outputs.unseen);
  const files = outputs.seen && "files" in outputs.seen ? outputs.seen.files : undefined;
  const mark = files?.marks[placeOf(key)];
  const volume = names(client).volume("secrets");
  if (!files || mark === undefined || !survey.present.includes(volume))
    return { word: "none", says: `has no ${key.name} yet: no up has delivered it; \`pulumi up --stack ${client}\`` };
  const image = survey.containers[gateway]?.Image;
  if (!image) return dark(`there is no container ${gateway}, by whose image it is looked at`);
  const found = await target.files(survey.engine, { client, volume, image }, { key: Buffer.from(files.key, "hex") });
  if ("unseen" in found) return dark(found.unseen);
  const there = found.seen.find(({ path }) => path === placeOf(key));
  if (there && "mark" in there && there.mark === mark)
    return declaredStanding(`has its key, as the last up delivered it: ${key.name}`, key.expires, Date.now());
  return {
    word: "none",
    says: `has another ${key.name} than the last up delivered, or none; \`pulumi up --stack ${client}\``,
  };
}
