import type { BuildWords, ImagePlan } from "../capabilities/image/image.ts";

/** What a planned image is built of, for tests that read its Dockerfile. @throws where it is not built of one */
export function built(plan: ImagePlan): BuildWords {
  if (plan.program !== "build-image") throw new Error(`${plan.name} is made by ${plan.program}`);
  return plan.words;
}
