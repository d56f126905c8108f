import { Readable } from "node:stream";
import { boundedLines } from "./asked-urls.ts";

async function linesOf(...parts: string[]): Promise<string[]> {
  const lines = [];
  for await (const line of boundedLines(Readable.from(parts.map((part) => Buffer.from(part))), 5)) lines.push(line);
  return lines;
}

test("lines come as they are, however they are cut, and empty ones do not", async () => {
  expect(await linesOf("a\nb", "c\n\n", "\nd")).toEqual(["a", "bc", "d"]);
});

test("of a line that is too long there is its beginning, and of one that never ends no more is kept", async () => {
  expect(await linesOf("123456789\n12", "34567", "89\nx\n")).toEqual(["12345", "12345", "x"]);
  expect(await linesOf("x".repeat(100_000), "x".repeat(100_000))).toEqual(["xxxxx"]);
});
