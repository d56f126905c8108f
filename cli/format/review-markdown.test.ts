import { type ReviewDocument, type ReviewedClient, VERSION } from "../../plan/review/document.ts";
import { markdownOf } from "./review-markdown.ts";

const client = (name: string, changes: number, unapproved: number): ReviewedClient => ({
  ...{ client: name, file: `stacks/Pulumi.${name}.yaml`, state: "changed", notes: [], notCompared: [], unapproved },
  changes: Array.from({ length: changes }, (_, index) => ({
    ...{ class: unapproved > 0 ? "widens" : "neutral", topic: "environment", sign: "+", origin: [] },
    ...{ about: `${name}_${index}`, to: "x".repeat(40) },
  })),
});

const comment = (clients: ReviewedClient[]) =>
  markdownOf({ document: "review", version: VERSION, from: "one", to: "two", notes: [], clients } as ReviewDocument);

test("nothing that a pull request may have any number of takes the place of what somebody has to look at", () => {
  const text = comment([client("aa", 400, 0), client("bb", 400, 0), client("zz", 3, 3)]);
  expect(text.indexOf("`zz`")).toBeLessThan(text.indexOf("`aa`"));
  expect(text).toContain("| **WIDENS** | `environment` | `+ zz_2 ");
  expect(text).toContain("**Not shown, for a comment has no room: 1 clients** (`bb`)");
});

test("a client that has no room leaves the others theirs", () => {
  const text = comment([client("aa", 2000, 2000), client("bb", 2, 2)]);
  expect(text).toContain("`+ bb_1 ");
  expect(text).toContain("**Not shown, for a comment has no room: 1 clients** (`aa`)");
});
