import { spawn } from "node:child_process";
import { Outward } from "./outward.ts";

// show CLIPBOARD [CONTAINER ENGINE...]: shows on stdout, a person's terminal, what a sandbox writes, as far as it may go out. cli/ways/way-in.sh starts it beside the engine's
// own `exec`, whose output it reads on stdin. CLIPBOARD is `out` where the sandbox may fill the clipboard.
//
// The engine's program takes a terminal's size from its own output, which is a pipe here. So with a container's name the command in there first says, in a line of its own,
// which terminal it has (`/dev/pts/0`), and each new size is told to that one. An agent can say another: it is one of its own in any case.
//
// It ends with 3 where the terminal was asked for more than text and its colours.

const [, , clipboard, container, engine, ...words] = process.argv;
const filter = new Outward({ clipboard: clipboard === "out" });
const { stdin, stdout } = process;
const STEERED = 3;

/** The beginning of the output, until it is known whether it names a terminal; nothing afterwards. */
let first = container === undefined ? undefined : Buffer.alloc(0);
let terminal: string | undefined;
let telling = false;
let told = "";

stdin.on("data", (chunk: Buffer) => {
  if (first === undefined) return show(chunk);
  first = Buffer.concat([first, chunk]);
  const [line, name] = /^(\/dev\/pts\/\d{1,6})\r?\n/.exec(first.toString("latin1")) ?? [];
  if (line === undefined && "/dev/pts/".startsWith(first.toString("latin1", 0, 9)) && first.length < 20) return;
  const rest = first.subarray(line?.length ?? 0);
  first = undefined;
  terminal = name;
  // It may have changed since the command was told of it.
  if (terminal !== undefined) tellSize();
  show(rest);
});
stdin.on("end", () => {
  if (first) show(first);
  stdout.write(filter.undo());
  if (filter.steered) process.exitCode = STEERED;
});
stdout.on("resize", tellSize);
// A terminal that is gone takes the way in with it.
stdout.on("error", () => process.exit(1));

function show(chunk: Uint8Array): void {
  if (stdout.write(filter.pass(chunk))) return;
  stdin.pause();
  stdout.once("drain", () => stdin.resume());
}

/** One at a time: of many that come at once, as while a window is drawn larger, the last one counts. */
function tellSize(): void {
  const { rows, columns } = stdout;
  const size = `${rows} ${columns}`;
  if (!container || !engine || !terminal || telling || !rows || size === told) return;
  telling = true;
  told = size;
  const to = ["exec", container, "/usr/bin/stty", "-F", terminal, "rows", `${rows}`, "cols", `${columns}`];
  const child = spawn(engine, [...words, ...to], { stdio: "ignore" });
  child.on("error", () => undefined);
  child.on("close", () => {
    telling = false;
    tellSize();
  });
  child.unref();
}
