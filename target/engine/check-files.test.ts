import { fileDifferences, judgeFiles } from "./check-files.ts";
import { narrows, unordered, widens } from "./difference.ts";
import { readFiles } from "./tell-files.ts";

const delivered = {
  key: "k",
  owner: "1000:1000",
  marks: { TOKEN: "0123456789abcdef", "env/_all/A": "fedcba9876543210" },
};
const file = (path: string, mark: string, owner = "1000:1000", mode = "0400") => ({ path, owner, mode, mark });
const asDelivered = Object.entries(delivered.marks).map(([path, mark]) => file(path, mark));

test("files that lie as they were delivered differ in nothing", () => {
  expect(fileDifferences(delivered, asDelivered)).toEqual([]);
});

test("each file that was changed, taken, added, given to somebody or put in the place of one is told by its path alone", () => {
  const [token, variable] = asDelivered as [(typeof asDelivered)[0], (typeof asDelivered)[0]];
  const found = (...files: Parameters<typeof fileDifferences>[1]) => fileDifferences(delivered, files);
  expect(found(token)).toEqual([narrows("env/_all/A is missing")]);
  expect(found(...asDelivered, file("x", "0".repeat(16)))).toEqual([widens("x is not planned")]);
  expect(found({ ...token, mark: "large" }, variable)).toEqual([unordered("TOKEN is not what was delivered")]);
  expect(found({ path: "TOKEN", other: true }, variable)).toEqual([
    unordered("TOKEN is no file, but a link or a device"),
  ]);
  expect(found({ ...token, mode: "0444" }, variable)).toEqual([
    unordered("TOKEN belongs to 1000:1000 with the mode 0444, not to 1000:1000 with 0400"),
  ]);
});

describe("an up", () => {
  const judge = (found: Parameters<typeof judgeFiles>[1]["found"], more: object = {}) =>
    judgeFiles("acme-secrets", { before: delivered, now: delivered, found, ...more });
  const changed = { seen: [{ ...asDelivered[0]!, mark: "large" }, asDelivered[1]!] };

  test("delivers again what somebody changed, and says what that was", () => {
    expect(judge(changed)).toEqual({
      stand: false,
      changed: ["acme-secrets: TOKEN is not what was delivered; all of it is delivered again"],
      unseen: [],
    });
  });

  test.each<[string, ReturnType<typeof judge>]>([
    ["that sees all as it was", judge({ seen: asDelivered })],
    [
      "that rotates a secret",
      judge({ seen: asDelivered }, { now: { ...delivered, marks: { TOKEN: "1".repeat(16) } } }),
    ],
    [
      "after one that was cut off behind the delivery",
      judge(changed, { now: { ...delivered, marks: { ...delivered.marks, TOKEN: "large" } } }),
    ],
    ["on a machine with another key", judge(changed, { before: { ...delivered, key: "other" } })],
    ["that does not know what was delivered", judge(changed, { before: undefined })],
    ["without a volume", judge({ seen: undefined })],
  ])("%s accuses nobody", (_which, judged) => {
    expect(judged).toEqual({ stand: true, changed: [], unseen: [] });
  });

  test("that could not look says so, and delivers nothing for it", () => {
    expect(judge({ unseen: "no answer" })).toEqual({
      stand: true,
      changed: [],
      unseen: ["whether acme-secrets holds what was delivered could not be seen: no answer"],
    });
  });
});

test("a look at files counts when it came to its end, with each line whole", () => {
  const line = "file A\\040b 1000:1000 0400 0123456789abcdef\n";
  expect(readFiles(`${line}other l\nend\n`)).toEqual({
    seen: [file("A b", "0123456789abcdef"), { path: "l", other: true }],
  });
  expect(readFiles("end\n")).toEqual({ seen: [] });
  for (const cut of ["", line, `${line}end`, "end\nend\n", "file A 1:1 0400\nend\n", "other\nend\n", `x${line}end\n`])
    expect([cut, readFiles(cut)]).toEqual([cut, { unseen: expect.any(String) }]);
});
