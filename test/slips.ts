import { isMapping } from "../stack-file/mapping.ts";
import { quoted } from "../stack-file/quoted.ts";

/** A file in which one thing is another than it was: what people and editors do to YAML. */
export interface Slip {
  /** What was done, and where. */
  what: string;
  path: (string | number)[];
  content: unknown;
  /** A key that the file did not have before. */
  misspelt: boolean;
}

/** What stands where something else belongs. */
const INSTEAD: readonly unknown[] = [
  ...[null, true, false, 3, -1, 0, 0.5, Number.NaN, 1e9],
  ...["", " ", "x y", 'A\nB"', "*", "host", "é"],
  ...[[], [null], [[]], [3, 3], ["A\nB"], {}, { x: 1 }, { "A\nB": 1 }, { env: 3 }],
];

/** Every slip of one step: each value another, each key dropped, misspelt, or beside one that nobody knows. Of a list two items: the others are of their form. */
export function slips(content: unknown, path: readonly (string | number)[] = []): Slip[] {
  const put = (what: string, value: unknown, misspelt = false): Slip => ({
    what,
    path: [...path],
    content: value,
    misspelt,
  });
  return [
    ...INSTEAD.map((instead) => put(`${quoted(instead)} at ${path.join(".")}`, instead)),
    ...(Array.isArray(content)
      ? content
          .slice(0, 2)
          .flatMap((item, index) =>
            slips(item, [...path, index]).map((slip) => ({ ...slip, content: content.with(index, slip.content) })),
          )
      : isMapping(content)
        ? [
            ...Object.keys(content).flatMap((key) => {
              const { [key]: value, ...others } = content;
              return [
                put(`without ${[...path, key].join(".")}`, others),
                put(`${key}x for ${[...path, key].join(".")}`, { ...others, [`${key}x`]: value }, true),
                ...slips(value, [...path, key]).map((slip) => ({
                  ...slip,
                  content: { ...content, [key]: slip.content },
                })),
              ];
            }),
            put(`nobody in ${path.join(".")}`, { ...content, 'no\n"body': 1 }, true),
          ]
        : []),
  ];
}
