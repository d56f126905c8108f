/**
 * What may go out of a sandbox to a person's terminal, as a filter over bytes: text, colours, the cursor, titles. Whoever writes to a terminal can ask it for more than to
 * draw: to fill or read the clipboard (OSC 52, kitty's 5522, iTerm2's 1337), to save a file, to run a command (ConEmu's 9;7, kitty's `@kitty-cmd`), or to hand bytes on to
 * the terminal around it (the passthrough of tmux and screen); or to answer with words of the writer's, or with what is on the screen, which a shell would read as typed.
 * So a control string goes out by what it is, and all others are left out; a sequence (CSI) goes out unless it is one that asks for such a thing.
 *
 * The terminal has to be one for UTF-8, and stays one. It is never within a string where the filter is not: `ESC \` stands in the place of what is left out, and ends what
 * was begun. Chunks may end anywhere: what is held between two is a few bytes, never a string.
 */
export class Outward {
  readonly #clipboard: boolean;
  #state: "ground" | "escape" | "csi" | "osc" | "dcs" | "string" | "left out" = "ground";
  /** What nobody has seen yet: after ESC, and the beginning of a control string until it is known. */
  #held = "";
  /** Whether a letter may stand in the string that goes out now. */
  #fits: (letter: Letter) => boolean = isText;
  /** The beginning of a letter of several bytes. */
  #letter: Letter | undefined;
  #out: number[] = [];
  /** Whether the string that goes out is about colours. */
  #colours = false;
  #left = new Leftover();

  /** @param clipboard whether the sandbox may fill the person's clipboard. Nobody may read it. */
  constructor({ clipboard }: { clipboard: boolean }) {
    this.#clipboard = clipboard;
  }

  /** What of these bytes goes out, behind what was held of those before. */
  pass(bytes: Uint8Array): Uint8Array {
    this.#out = [];
    for (const byte of bytes) {
      // Most of all is letters: four times as fast as by the rules.
      if (byte >= 0x20 && byte < DEL && this.#state === "ground" && !this.#letter) this.#out.push(byte);
      else this.#take(byte);
    }
    return Uint8Array.from(this.#out);
  }

  /** What ends all that has gone out, as far as it is known to last: a string, the other screen, keys that are told in another way, colours. */
  undo(): Uint8Array {
    this.#out = [];
    this.#end(ST);
    return Uint8Array.from([...this.#out, ...bytesOf(this.#left.undo())]);
  }

  /** Whether more than text and its colours has gone out: a terminal may stand otherwise than before, and may have something to answer. */
  get steered(): boolean {
    return this.#left.steered;
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
    } else if (this.#state === "ground") {
      if (ASKING.has(byte)) this.#left.steered = true;
      this.#out.push(...letter);
    } else if (this.#state === "escape") this.#afterEscape(letter);
    else if (this.#state === "csi") this.#inSequence(letter);
    else if (byte === BEL && this.#fits !== isData) this.#end([BEL]);
    else if (this.#state === "string") {
      if (this.#fits(letter)) this.#goOn(letter);
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
      else if (between === "" && character === "[") this.#state = "csi";
      // Whoever passes over what stands between would take these for the beginning of a string.
      else if (between !== "" && /[\]P^_X\\k[]/.test(character)) return;
      else if (!between.includes("%") && byte >= 0x30) {
        // `ESC %` would make it a terminal for another encoding. What screen and tmux take for a title begins with k.
        this.#left.steered = true;
        this.#out.push(ESC, ...bytesOf(between), byte);
        if (between === "" && character === "k") this.#goOut(isText);
      }
    }
  }

  /** A sequence goes out as a whole. One that is longer than any that means something is left out. */
  #inSequence(letter: Letter): void {
    const [byte] = letter;
    if (byte === DEL) return;
    if (byte < 0x20) this.#out.push(byte);
    else if (byte < 0x40) {
      if (this.#held.length <= LONGEST) this.#held += String.fromCharCode(byte);
    } else {
      const sequence = this.#held + String.fromCharCode(byte);
      this.#held = "";
      this.#state = "ground";
      if (byte > DEL) this.#out.push(...letter);
      else if (sequence.length <= LONGEST && !REFUSED.test(sequence)) {
        this.#left.sequence(sequence);
        this.#out.push(ESC, 0x5b, ...bytesOf(sequence));
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
      this.#left.steered = true;
      this.#colours = this.#state === "osc" && COLOURS.test(this.#held);
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
    // kitty answers a question for a colour with the name that was asked for, whatever it is.
    if (number === "21") return isNoQuestion;
    if (OSC.has(number)) return isText;
    // Of urxvt's and VTE's own there is more than a notification.
    if ("777;notify;".startsWith(held)) return held === "777;notify;" ? isText : "more";
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

  #goOn(letter: Letter): void {
    // With no other letter than these a colour is only asked for.
    if (this.#colours && !/[\d;?]/.test(String.fromCharCode(letter[0]))) this.#left.colours = true;
    this.#out.push(...letter);
  }

  /** Ends the string that goes out, or one that has no more than its kind. */
  #end(by: readonly number[]): void {
    const held = this.#held;
    const isOsc = this.#state === "osc" && (OSC.has(held) || (this.#clipboard && /^52;[cpqs0-7]{0,8};$/.test(held)));
    // BEL ends none of these.
    const isDcs = this.#state === "dcs" && by === ST && SETTING.test(held);
    if (isOsc || isDcs) {
      this.#left.steered = true;
      this.#out.push(ESC, isOsc ? 0x5d : 0x50, ...bytesOf(held), ...by);
    } else if (this.#state === "string") this.#out.push(...by);
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
    this.#state = within === "escape" || within === "csi" ? "ground" : "left out";
  }
}

type Letter = readonly [number, ...number[]];

/** What a control string is by its beginning: one of which the end is not seen yet goes out as long as its letters fit. */
type Kind = "more" | "none" | "left out" | ((letter: Letter) => boolean);

/** What lasts in a terminal when the one that wrote to it is gone. */
class Leftover {
  steered = false;
  colours = false;
  #painted = false;
  #modes = new Set<string>();
  #keys = false;
  #otherKeys = false;

  /** A sequence that goes out. */
  sequence(text: string): void {
    if (/^[\d;:]*m$/.test(text)) {
      this.#painted = true;
      return;
    }
    this.steered = true;
    const [, modes = "", on] = /^\?([\d;]*)([hl])$/.exec(text) ?? [];
    for (const mode of modes.split(";").map((one) => one.replace(/^0+/, "")))
      if (on === "h" && LASTING.includes(mode)) this.#modes.add(mode);
      else this.#modes.delete(mode);
    this.#keys ||= /^[>=][\d;]*u$/.test(text);
    this.#otherKeys ||= /^>[\d;]*[mn]$/.test(text);
  }

  undo(): string {
    // The keys of the other screen are its own, so they are given back on both.
    const keys = this.#keys ? "\u001b[<99u" : "";
    const modes = LASTING.filter((mode) => this.#modes.has(mode));
    return [
      keys,
      ...(modes.length > 0 ? [`\u001b[?${modes.join(";")}l`, keys] : []),
      this.#otherKeys ? "\u001b[>4m" : "",
      this.colours
        ? [104, ...[...Array(10).keys()].map((of) => 110 + of)].map((of) => `\u001b]${of}\u001b\\`).join("")
        : "",
      this.#painted || this.steered ? "\u001b[0m" : "",
    ].join("");
  }
}

/** Modes that nothing but their own end ends: the colours turned round, reports of mouse, focus, size and theme, the other screen, marks around what is pasted. */
const LASTING: readonly string[] =
  "5 9 1000 1001 1002 1003 1004 1005 1006 1015 1016 2004 2026 2031 2048 5522 47 1047 1049".split(" ");

/** Characters of a sequence at most: as many as 32 colours need. */
const LONGEST = 512;

/**
 * Sequences that do not go out: the title as an answer (20, 21), which is the writer's own words; sums over letters of the screen (DECRQCRA) and the screen itself
 * (Contour's capture), by which what stood there before is read; what prints, and hands all that comes to a printer's program; the older terminal within a newer one,
 * which reads by other rules than this filter.
 */
const REFUSED = /^(0*2[01](;.*)?t|>.*t|.*i|.*\*y|\?(.*;)?0*2(;.*)?l)$/;

/** What is answered (ENQ), and the other letters (SO, SI). */
const ASKING: ReadonlySet<number> = new Set([0x05, 0x0e, 0x0f]);

/** Questions for one setting. Some terminals have answered with what was asked, so it is no more than the name of one. */
const SETTING = /^\$q[ -/]?[@-~]$/;

/** Numbers by which the palette's and the terminal's own colours are changed. */
const COLOURS = /^(4|5|1\d|21);/;

const [BEL, CAN, SUB, ESC, DEL] = [0x07, 0x18, 0x1a, 0x1b, 0x7f];
const ST: readonly number[] = [ESC, 0x5c];
const UNREADABLE: Letter = [0xef, 0xbf, 0xbd];

/**
 * Titles, colours, links, notifications, the pointer's shape, marks around prompts. Those of other numbers ask for more, or are a terminal's own. The folder (7) is one of
 * the sandbox; to the terminal it is the person's, where the next tab begins.
 */
const OSC: ReadonlySet<string> = new Set(
  ["0 1 2 4 5 8 10 11 12 13 14 15 16 17 18 19 22 99 104 105", "110 111 112 113 114 115 116 117 118 119 133"]
    .join(" ")
    .split(" "),
);

/** Images (sixel), questions what the terminal can (DECRQSS, XTGETTCAP), and the older words for a drawing that comes at once. */
function dcs(held: string): Kind {
  if (/^([0-9;]{0,32}|[$+]|\$q([ -/]?[@-~]?)|=[12]?)$/.test(held)) return "more";
  if (held === "+q") return isHex;
  return /^([0-9;]{0,32}q|=[12]s)$/.test(held) ? isData : "left out";
}

/** Names of what a terminal can. */
function isHex([byte]: Letter): boolean {
  return /[0-9A-Fa-f;]/.test(String.fromCharCode(byte));
}

function isNoQuestion(letter: Letter): boolean {
  return isText(letter) && letter[0] !== 0x3f;
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
