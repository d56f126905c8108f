import { describeSuggestion } from "./suggestion.ts";

const wish = (name: string, refused: number, ...reasons: string[]) => ({ name, ports: [443], refused, reasons });

test("names are told with how often they were refused, and one that was only asked for with no number", () => {
  const wishes = [wish("a.example", 3), wish("b.example", 0, "to <b>read</b> it"), wish("c.example", 1, "")];
  expect(describeSuggestion({ item: "it", wishes }, [])).toEqual([
    "  refused: a.example (3), c.example (1)",
    '  the agent asks for b.example, and writes: "to b read /b it"',
    "  the agent asks for c.example",
  ]);
  expect(describeSuggestion({ item: "it", wishes: [wish("b.example", 0, "x")] }, []).join()).not.toContain("refused");
});
