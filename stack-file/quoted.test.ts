import fc from "fast-check";
import { quoted } from "./quoted.ts";

test("what is quoted is another text where it is another word: the posture has helpers' commands so, and what changes there is reviewed", () => {
  for (const other of ["x://joe:other@box", "x://joe:…@box", "x://joe:hunter2@bo", "x://joe:hunter2 @box"])
    expect(quoted(other)).not.toBe(quoted("x://joe:hunter2@box"));
  const part = fc.constantFrom("//", "x:", "@", "a", ";", "\n", "\t", '"', "://joe:hunter2@box", "…");
  const word = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(word, word, (one, other) => {
      expect(quoted(one) === quoted(other)).toBe(one === other);
    }),
  );
});
