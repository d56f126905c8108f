/**
 * What may go out of a sandbox to a person's terminal, as a filter over bytes: text, colours, the cursor, titles. Whoever writes to a terminal can ask it for more than to
 * draw: to fill or read the clipboard (OSC 52, kitty's 5522, iTerm2's 1337), to save a file, to run a command (ConEmu's 9;7, kitty's `@kitty-cmd`), or to hand bytes on to
 * the terminal around it (the passthrough of tmux and screen). So a control string goes out by what it is, and all others are left out.
 *
 * The terminal has to be one for UTF-8, and stays one. It is never within a string where the filter is not: `ESC \` stands in the place of what is left out, and ends what
 * was begun. Chunks may end anywhere: what is held between two is a few bytes, never a string.
 */
export class Outward {
  readonly #clipboard: boolean;
  #state: "ground" | "escape" | "osc" | "dcs" | "string" | "left out" = "ground";
  /** What nobody has seen yet: after ESC, and the beginning of a control string until it is known. */
  #held = "";
  /** Whether a letter may stand in the string that goes out now. */
  #fits: (letter: Letter) => boolean = isText;
  /** The beginning of a letter of several bytes. */
  #letter: Letter | undefined;
  #out: number[] = [];

  /** @param clipboard whether the sandbox may fill the person's clipboard. Nobody may read it. */
  constructor({ clipboard }: { clipboard: boolean }) {
    this.#clipboard = clipboard;
  }

  /** What of these bytes goes out, behind what was held of those before. */
  pass(bytes: Uint8Array): Uint8Array {
    this.#out = [];
    for (const byte of bytes) this.#take(byte);
    return Uint8Array.from(this.#out);
  }

  /** Puts letters of several bytes together. What is none, each terminal reads in its own way: it goes out as U+FFFD. */
  #take(byte: number): void {
    const letter = this.#letter;
    this.#letter = undefined;
    if (letter && goesOn(letter, byte)) {
      const longer: Letter = [...letter, byte];
      if (longer.length < lengthOf(letter[0])) this.#letter = longer;
      else if (isControl(longer)) this.#leaveOut();
      else this.#read(longer);
      return;
    }
    if (letter) this.#read(UNREADABLE);
    if (byte < 0x80) this.#read([byte]);
    else if (lengthOf(byte) > 0) this.#letter = [byte];
    else this.#read(UNREADABLE);
  }

  #read(letter: Letter): void {
    const [byte] = letter;
    if (byte === ESC) {
      this.#end(ST);
      this.#state = "escape";
    } else if (byte === CAN || byte === SUB) {
      this.#held = "";
      this.#state = "ground";
      this.#out.push(byte);
    } else if (this.#state === "ground") this.#out.push(...letter);
    else if (this.#state === "escape") this.#afterEscape(letter);
    else if (byte === BEL && this.#fits !== isData) this.#end([BEL]);
    else if (this.#state === "string") {
      if (this.#fits(letter)) this.#out.push(...letter);
      else this.#leaveOut();
    } else if (this.#state !== "left out") this.#begin(letter);
  }

  /** Controls are carried out within a sequence, so they go out before it. */
  #afterEscape(letter: Letter): void {
    const [byte] = letter;
    const character = String.fromCharCode(byte);
    if (byte === DEL) return;
    if (byte < 0x20) this.#out.push(byte);
    else if (byte < 0x30 && this.#held.length < 4) this.#held += character;
    else {
      const between = this.#held;
      this.#held = "";
      this.#state = "ground";
      if (byte > DEL) this.#out.push(...letter);
      else if (between === "" && character === "]") this.#state = "osc";
      else if (between === "" && character === "P") this.#state = "dcs";
      else if (between === "" && /[X^_]/.test(character)) this.#leaveOut("string");
      // The end of a string went out with its ESC.
      else if (between === "" && character === "\\") return;
      else if (!between.includes("%") && byte >= 0x30) {
        // `ESC %` would make it a terminal for another encoding. What screen and tmux take for a title begins with k.
        this.#out.push(ESC, ...bytesOf(between), byte);
        if (between === "" && character === "k") this.#goOut(isText);
      }
    }
  }

  /** Goes on with a control string of which nothing has gone out. */
  #begin(letter: Letter): void {
    this.#held += letter.length === 1 ? String.fromCharCode(letter[0]) : "\ufffd";
    const kind = this.#state === "osc" ? this.#osc() : dcs(this.#held);
    if (kind === "more") return;
    if (kind === "none") {
      this.#held = "";
      this.#state = "ground";
    } else if (kind === "left out") this.#leaveOut();
    else {
      this.#out.push(ESC, this.#state === "osc" ? 0x5d : 0x50, ...bytesOf(this.#held));
      this.#held = "";
      this.#goOut(kind);
    }
  }

  #osc(): Kind {
    const held = this.#held;
    if (/^\d{0,5}$/.test(held)) return "more";
    // The Linux console's colours as they were: it has no end.
    if (held === "R") return "none";
    const [, number = ""] = /^(\d+);/.exec(held) ?? [];
    if (OSC.has(number)) return isText;
    // A notification, or how far something is (9;4). Other numbers behind it are ConEmu's, among them a command to run.
    if (/^9;[4 -/:-~]?$/.test(held)) return held === "9;" ? "more" : isText;
    if (!this.#clipboard || !/^52;[cpqs0-7]{0,8}(;[A-Za-z0-9+/=]?)?$/.test(held)) return "left out";
    // What is in it is asked for by `?` in this place.
    return /;.*;./.test(held) ? isBase64 : "more";
  }

  #goOut(fits: (letter: Letter) => boolean): void {
    this.#fits = fits;
    this.#state = "string";
  }

  /** Ends the string that goes out, or one that has no more than its kind. */
  #end(by: readonly number[]): void {
    const whole =
      this.#state === "osc" && (OSC.has(this.#held) || (this.#clipboard && /^52;[cpqs0-7]{0,8};$/.test(this.#held)));
    if (whole) this.#out.push(ESC, 0x5d, ...bytesOf(this.#held), ...by);
    else if (this.#state === "string") this.#out.push(...by);
    this.#held = "";
    this.#fits = isText;
    this.#state = "ground";
  }

  /** Leaves out what was begun; of a string, all up to its end. */
  #leaveOut(within = this.#state): void {
    this.#held = "";
    this.#fits = isText;
    if (within === "ground") return;
    this.#out.push(...ST);
    this.#state = within === "escape" ? "ground" : "left out";
  }
}

type Letter = readonly [number, ...number[]];

/** What a control string is by its beginning: one of which the end is not seen yet goes out as long as its letters fit. */
type Kind = "more" | "none" | "left out" | ((letter: Letter) => boolean);

const [BEL, CAN, SUB, ESC, DEL] = [0x07, 0x18, 0x1a, 0x1b, 0x7f];
const ST: readonly number[] = [ESC, 0x5c];
const UNREADABLE: Letter = [0xef, 0xbf, 0xbd];

/** Titles, colours, the folder, links, notifications, the pointer's shape, marks around prompts. Those of other numbers ask for more, or are a terminal's own. */
const OSC: ReadonlySet<string> = new Set(
  ["0 1 2 4 5 7 8 10 11 12 13 14 15 16 17 18 19 21 22 99 104 105", "110 111 112 113 114 115 116 117 118 119 133 777"]
    .join(" ")
    .split(" "),
);

/** Images (sixel), questions what the terminal can (DECRQSS, XTGETTCAP), and the older words for a drawing that comes at once. */
function dcs(held: string): Kind {
  if (/^([0-9;]{0,32}|[$+]|=[12]?)$/.test(held)) return "more";
  return /^([0-9;]{0,32}q|[$+]q|=[12]s)$/.test(held) ? isData : "left out";
}

function isText([byte]: Letter): boolean {
  return byte >= 0x20 && byte !== DEL;
}

/** An image has lines. BEL does not end it. */
function isData([byte]: Letter): boolean {
  return (byte >= 0x20 && byte < DEL) || byte === 0x0a || byte === 0x0d;
}

function isBase64([byte]: Letter): boolean {
  return /[A-Za-z0-9+/=]/.test(String.fromCharCode(byte));
}

function bytesOf(ascii: string): number[] {
  return [...ascii].map((character) => character.charCodeAt(0));
}

/** How many bytes a letter of UTF-8 has by its first one; 0 where none begins with it. */
function lengthOf(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

/** Whether a byte goes on with a letter: none has two ways to be written, is a half of a pair, or is above U+10FFFF. */
function goesOn([first, ...more]: Letter, byte: number): boolean {
  const [least, most] = (more.length === 0 && SECOND[first]) || [0x80, 0xbf];
  return byte >= least && byte <= most;
}
const SECOND: Readonly<Record<number, [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/** U+0080–U+009F: U+009D begins what ESC ] begins. */
function isControl([first, second = 0]: Letter): boolean {
  return first === 0xc2 && second < 0xa0;
}
