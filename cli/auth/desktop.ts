import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { runProgram } from "../../host/program.ts";

/** What a person said; nothing where no desktop could ask. */
export type Answer = "yes" | "no" | undefined;

/** Whether this process belongs to a person's desktop. */
function hasDesktop(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === "darwin" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Seconds that a question stays; then the answer is no. */
const PATIENCE = 120;

/** A program that shows a question of several lines, and what it says where a person agrees. The button that Enter presses is the other one. */
interface Dialog {
  program: string;
  args(text: string): string[];
  isYes(code: number, stdout: string): boolean;
}

const TITLE = "agentbox";
const DIALOGS: readonly Dialog[] = [
  {
    program: "zenity",
    args: (text) => [
      ...["--question", "--no-markup", "--default-cancel", `--title=${TITLE}`, `--timeout=${PATIENCE}`, "--width=640"],
      ...["--ok-label=Open", "--cancel-label=Do not open", `--text=${text}`],
    ],
    isYes: (code) => code === 0,
  },
  {
    program: "kdialog",
    args: (text) => ["--title", TITLE, "--default", "Do not open", "--menu", text, "no", "Do not open", "yes", "Open"],
    isYes: (code, stdout) => code === 0 && stdout.trim() === "yes",
  },
];
const MAC: Dialog = {
  program: "osascript",
  args: (text) => [
    ...["-e", "on run words"],
    ...[
      "-e",
      `display dialog (item 1 of words) with title "${TITLE}" buttons {"Open", "Do not open"} default button 2 giving up after ${PATIENCE}`,
    ],
    ...["-e", "end run", "--", text],
  ],
  isYes: (code, stdout) => code === 0 && /^button returned:Open, gave up:false$/.test(stdout.trim()),
};

/** True where a desktop could ask a person. */
export function canAsk(): boolean {
  return dialog() !== undefined;
}

function dialog(): Dialog | undefined {
  if (!hasDesktop()) return undefined;
  return (process.platform === "darwin" ? [MAC] : DIALOGS).find(({ program }) => onPath(program));
}

/** Asks a person in a window of their desktop. @param lines text without control characters */
export async function askOnDesktop(lines: readonly string[]): Promise<Answer> {
  const found = dialog();
  if (!found) return undefined;
  // zenity reads a backslash as the beginning of an escape.
  const text = lines.join("\n").replaceAll("\\", "/");
  const end = await runProgram(found.program, found.args(text), { seconds: PATIENCE + 10, most: 65_536, apart: true });
  // It came to no question at all: a DISPLAY that is gone, as after a broken connection of ssh.
  if (end.lost === "missing" || /(cannot|failed to|could not) (open|connect to) display/i.test(end.stderr))
    return undefined;
  return end.code !== undefined && found.isYes(end.code, end.stdout) ? "yes" : "no";
}

/**
 * Opens a page in the person's browser: by the program of their BROWSER, else by their desktop's. It is started without a shell, with the URL as its only word.
 * @returns why it was not opened
 */
export async function openInBrowser(url: string): Promise<string | undefined> {
  const programs = browsers();
  for (const program of programs) if (await starts(program, url)) return undefined;
  return programs.length === 0
    ? "there is neither a desktop nor a BROWSER here"
    : `${programs.join(" and ")} did not open it`;
}

function browsers(): string[] {
  // A list, of which some entries may be lines for a shell: those are left out.
  const own = (process.env.BROWSER ?? "").split(":").filter((entry) => /^[^\s%-][^\s%]*$/.test(entry));
  if (process.platform === "darwin") return [...own, "/usr/bin/open"];
  return [...own, ...(hasDesktop() ? ["xdg-open"] : []), ...(process.env.WSL_DISTRO_NAME ? ["wslview"] : [])];
}

/** Whether a program started, and did not fail at once. */
function starts(program: string, url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [url], { detached: true, stdio: "ignore" });
    const limit = setTimeout(() => resolve(true), 3000);
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
    child.unref();
    // The limit keeps the process here only as long as somebody waits.
    child.once("close", () => clearTimeout(limit));
  });
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return isAbsolute(folder) && statSync(join(folder, program)).isFile();
    } catch {
      return false;
    }
  });
}
