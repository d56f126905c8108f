import fc from "fast-check";
import { Outward } from "./outward.ts";

const bytes = (text: string) => Buffer.from(text, "utf8");
const out = (text: string | Uint8Array, clipboard = false) =>
  Buffer.from(new Outward({ clipboard }).pass(typeof text === "string" ? bytes(text) : text)).toString("utf8");
const ESC = "\u001b";
const ST = `${ESC}\\`;
const BEL = "\u0007";

test.each([
  ["text, letters of all lengths, lines", "a ü € 😀 ”\t\r\n\b"],
  [
    "colours, the cursor, what a terminal switches on",
    `${ESC}[1;38;2;1;2;3mx${ESC}[0m${ESC}[?2004h${ESC}[2J${ESC}7${ESC}8${ESC}(B${ESC}c`,
  ],
  ["titles, in their two ends", `${ESC}]0;ü title${BEL}${ESC}]2;t${ST}`],
  ["a title of screen", `${ESC}kvim${ST}`],
  [
    "links, prompts, colours of the palette",
    `${ESC}]8;;https://a.example/${ST}x${ESC}]8;;${ST}${ESC}]133;A${BEL}${ESC}]104${BEL}${ESC}]11;?${ST}`,
  ],
  ["a notification, and how far something is", `${ESC}]9;done${BEL}${ESC}]777;notify;t;b${BEL}${ESC}]9;4;1;50${BEL}`],
  [
    "what vim, tmux, less and shells ask a terminal at their start",
    `${ESC}[c${ESC}[>c${ESC}[6n${ESC}[?2026$p${ESC}[>q${ESC}[?u${ESC}[?4m${ESC}[14t${ESC}[18t${ESC}[22;0;0t${ESC}[23;0;0t${ESC}]10;?${ST}`,
  ],
  [
    "what they switch on, in all the forms that numbers have",
    `${ESC}[?1049h${ESC}[?1;25;2004h${ESC}[>1u${ESC}[>4;2m${ESC}[4:3m${ESC}[58:2::1:2:3m${ESC}[2 q${ESC}[1;24r${ESC}[!p${ESC}[?2026l`,
  ],
  ["a control within a sequence, before it", `\n${ESC}[1mx`],
  [
    "an image, and questions what the terminal can",
    `${ESC}P0;1q#0;2\n-~~${ST}${ESC}P+q544e${ST}${ESC}P$qm${ST}${ESC}P=1s${ST}`,
  ],
])("%s go out as they are", (_what, text) => {
  expect(out(text)).toBe(text);
});

const COPY = "52;c;cGxhbnRlZA==";
const ASK = "52;c;?";

test.each([
  ["what fills the clipboard", `${ESC}]${COPY}${BEL}`],
  ["the same with its other end", `${ESC}]${COPY}${ST}`],
  ["what asks for it", `${ESC}]${ASK}${BEL}`],
  ["another place of it, none, several", `${ESC}]52;p;eA==${BEL}${ESC}]52;;eA==${BEL}${ESC}]52;cps0;eA==${BEL}`],
  ["a number with noughts", `${ESC}]0${COPY}${BEL}`],
  [
    "controls that terminals pass over",
    `${ESC}]5\u00002;c;eA==${BEL}${ESC}\u0000]52;c;eA==${BEL}${ESC}]\n52;c;eA==${BEL}`,
  ],
  ["the one letter that begins it", `\u009d${COPY}\u009c`],
  ["that letter as it is in Latin-1", Buffer.from(`\x9d${COPY}\x07`, "latin1")],
  ["that letter in more bytes than it needs", Buffer.from([0xe0, 0x82, 0x9d, ...bytes(COPY), 7])],
  ["another encoding, in which the last byte of a letter is that one", `${ESC}%@”${COPY}${BEL}${ESC} %@”${COPY}${BEL}`],
  ["what tmux hands on", `${ESC}Ptmux;${ESC}${ESC}]${COPY}${BEL}${ST}`],
  ["what tmux hands on in two parts", `${ESC}Ptmux;${ESC}${ESC}${ST}${ESC}Ptmux;]${COPY}${BEL}${ST}`],
  ["what screen hands on", `${ESC}P${ESC}]${COPY}${BEL}${ST}`],
  ["what is in an image", `${ESC}Pq${ESC}]${COPY}${BEL}${ST}`],
  ["what is in a title", `${ESC}]0;x${ESC}]${COPY}${BEL}`],
  ["a sequence that is cut off by it", `${ESC}[1;${ESC}]${COPY}${BEL}`],
  ["one that is put together of what is left", `${ESC}${ESC}]${COPY}${BEL}]${COPY}${BEL}`],
  ["the same by a letter", Buffer.concat([bytes(ESC), Buffer.from([0xc2, 0x9d]), bytes(`]${COPY}${BEL}`)])],
  [
    "kitty's, iTerm2's, and kitty's files",
    `${ESC}]5522;type=read;Lg==${ST}${ESC}]1337;Copy=:eA==${BEL}${ESC}]1337;File=name=eA==:eA==${BEL}${ESC}]5113;ac=send${ST}`,
  ],
  ["a command of ConEmu's, and of kitty's", `${ESC}]9;7;cmd${BEL}${ESC}P@kitty-cmd{"cmd":"launch"}${ST}`],
  ["the title, as an answer", `${ESC}[21t${ESC}[020;1t${ESC}[\u007f2\u007f1t`],
  ["what stood on the screen, as sums over its letters or whole", `${ESC}[1;0;1;1;1;1*y${ESC}[>1;99t`],
  ["what is printed", `${ESC}[5i${ESC}[?5i${ESC}[i`],
  ["an older terminal, with other rules", `${ESC}[?2l${ESC}[?25;2l`],
  ["a question in which something stands for the answer", `${ESC}P$q\nid\n${ST}${ESC}P$qqqq${ST}${ESC}P+q\nid${ST}`],
  ["kitty's colour of any name", `${ESC}]21;rm -rf=?${ST}`],
  ["the folder, in which the person's next tab begins", `${ESC}]7;file://h/w${BEL}`],
  ["what urxvt and VTE have beside notifications", `${ESC}]777;container;push;x${ST}`],
  ["a sequence with no end in sight", `${ESC}[${"1;".repeat(2 ** 12)}21t`],
  ["a string behind what some pass over", `${ESC} ]${COPY}${BEL}${ESC}( P${ESC}#_x${ST}`],
  ["what a terminal keeps to itself", `${ESC}_Gt=f;L2V0Yy9wYXNzd2Q=${ST}${ESC}^x${ST}${ESC}Xx${ST}`],
])("%s does not go out", (_what, text) => {
  const shown = out(text);
  // Of text that a terminal never takes for more than letters, something may be left.
  expect(asked(shown)).toEqual([]);
});

test("what is left out leaves the rest as it was", () => {
  expect(out(`a${ESC}]${COPY}${BEL}b${ESC}[1mc${ESC}_x${ST}d`)).toBe(`a${ST}b${ESC}[1mc${ST}d`);
  expect(out(`a${ESC}]0;unfinished\nb${BEL}c`)).toBe(`a${ESC}]0;unfinished${ST}c`);
});

describe("with `clipboard: out`", () => {
  test.each([`${ESC}]${COPY}${BEL}`, `${ESC}]52;;eA==${ST}`, `${ESC}]52;cp;${BEL}`])(
    "%j fills the clipboard",
    (text) => {
      expect(out(text, true)).toBe(text);
    },
  );
  test.each([
    `${ESC}]${ASK}${BEL}`,
    `${ESC}]52;c;=?${ST}`,
    `${ESC}]5522;type=read;Lg==${ST}`,
    `${ESC}Ptmux;${ESC}${ESC}]${ASK}${BEL}${ST}`,
  ])("%j reads nothing", (text) => {
    expect(asked(out(text, true)).filter((one) => one.includes("?") || !one.startsWith("52;"))).toEqual([]);
  });
});

describe("what lasts", () => {
  const undone = (text: string) => {
    const filter = new Outward({ clipboard: false });
    filter.pass(bytes(text));
    return Buffer.from(filter.undo()).toString("utf8");
  };

  test("of text there is nothing, of its colours the end of them", () => {
    expect([undone("a\r\n€"), undone(`${ESC}[31ma`)]).toEqual(["", `${ESC}[0m`]);
  });

  test.each([
    ["a title that is not ended", `${ESC}]0;t`, `${ST}${ESC}[0m`],
    ["a string of which nothing went out", `${ESC}]52;c;`, ""],
    ["a sequence that is not ended", `${ESC}[1;`, ""],
    ["the other screen, and the mouse", `${ESC}[?1049h${ESC}[?1000;1006h`, `${ESC}[?1000;1006;1049l${ESC}[0m`],
    ["what was switched off again", `${ESC}[?1049h${ESC}[?1049l`, `${ESC}[0m`],
    ["keys in another way, on both screens", `${ESC}[>1u${ESC}[?1049h`, `${ESC}[<99u${ESC}[?1049l${ESC}[<99u${ESC}[0m`],
    ["keys in xterm's way", `${ESC}[>4;2m`, `${ESC}[>4m${ESC}[0m`],
  ])("%s is ended", (_what, text, end) => expect(undone(text)).toBe(end));

  test("colours of the terminal's are its own again, where they were changed and not only asked for", () => {
    expect(undone(`${ESC}]11;#000${ST}`)).toContain(`${ESC}]111${ST}`);
    expect(undone(`${ESC}]11;?${ST}${ESC}]4;1;?${ST}`)).toBe(`${ESC}[0m`);
  });

  test.each([
    ["text and its colours", `a\n${ESC}[1;31mb${ESC}[0m`, false],
    ["what is left out", `${ESC}]52;c;eA==${BEL}`, false],
    ["a question", `${ESC}[c`, true],
    ["the cursor", `${ESC}[H`, true],
    ["an older word", `${ESC}Z`, true],
    ["the other letters", "\u000e", true],
    ["a title", `${ESC}]0;t${BEL}`, true],
    ["a question for a setting", `${ESC}P$qm${ST}`, true],
  ])("whether there is more than text: %s", (_what, text, steered) => {
    const filter = new Outward({ clipboard: false });
    filter.pass(bytes(text));
    expect(filter.steered).toBe(steered);
  });
});

/** Pieces of what attacks are made of, and any bytes. */
const streams = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(
          ESC,
          "]",
          "P",
          "\\",
          BEL,
          "5",
          "2",
          ";",
          "c",
          "?",
          "52;c;eA==",
          "0",
          "9",
          "7",
          "q",
          "tmux;",
          "k",
          "_",
          "%",
          "@",
          " ",
          "[",
          "21t",
          "*y",
          "i",
          "$",
          "+",
          "?",
        )
        .map(bytes),
      fc
        .constantFrom("\u0018", "\u001a", "\u0000", "\n", "\u007f", "”", "\u009d", "\u009c", "\u0090", "\u00a0")
        .map(bytes),
      fc.uint8Array({ maxLength: 3 }).map((some) => Buffer.from(some)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts));

test("whatever comes, no clipboard is asked for, and nothing is handed on", () => {
  fc.assert(
    fc.property(streams, (stream) => {
      expect(asked(out(stream))).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
});

test("where a chunk ends changes nothing", () => {
  fc.assert(
    fc.property(
      streams,
      fc.boolean(),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (stream, clipboard, sizes) => {
        const filter = new Outward({ clipboard });
        const parts: Uint8Array[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value as number;
          parts.push(filter.pass(stream.subarray(at, at + size)));
          at += size;
        }
        expect(Buffer.concat(parts).toString("utf8")).toBe(out(stream, clipboard));
      },
    ),
    { numRuns: 3000 },
  );
});

test("what is held back is a few bytes, however long a string is", () => {
  const filter = new Outward({ clipboard: true });
  const long = (begin: string) => filter.pass(bytes(begin + "x".repeat(2 ** 20))).length;
  expect([long(`${ESC}]0;`) >= 2 ** 20, long(`${ESC}]7777;`) < 8, long(`${ESC}Pq`) >= 2 ** 20]).toEqual([
    true,
    true,
    true,
  ]);
});

/**
 * What a terminal would be asked for besides drawing, by a reading of its own that is as generous as any terminal's: control strings begin in every state, by two
 * characters or one, with controls passed over on the way.
 */
function asked(shown: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const strings = /(?:\u001b[\u0000-\u001f\u007f]*([\]PX^_])|([\u0090\u0098\u009d-\u009f]))([^\u0007\u001b\u009c]*)/g;
  const found = [...shown.matchAll(strings)].map(([, two, one, body = ""]) => ({
    osc: two === "]" || one === "\u009d",
    dcs: two === "P" || one === "\u0090",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals pass over these
    body: body.replace(/[\u0000-\u001f\u007f]/g, ""),
  }));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const sequences = [...shown.matchAll(/\u001b[\u0000-\u001f\u007f]*\[([\u0000-\u003f\u007f]*[@-~])/g)].map(
    ([, body = ""]) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals pass over these
      body.replace(/[\u0000-\u001f\u007f]/g, ""),
  );
  const worse = sequences.filter((body) => /^(0*2[01](;.*)?t|>.*t|.*i|.*\*y|\?(.*;)?0*2(;.*)?l)$/.test(body));
  const bad = found.filter(({ osc, dcs, body }) =>
    osc
      ? /^0*(7|50|51|52|5522|5113|1337)(\D|$)/.test(body) ||
        /^9;(?!4)\d/.test(body) ||
        /^777;(?!notify;)/.test(body) ||
        /^21;.*\?/.test(body)
      : !dcs || !/^([0-9;]*q|\$q[ -/]?[@-~]$|\+q[\dA-Fa-f;]*$|=[12]s)/.test(body),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: another encoding
  return [...bad.map(({ body }) => body), ...worse, ...(/\u001b[\u0000-\u002f]*%/.test(shown) ? ["encoding"] : [])];
}
