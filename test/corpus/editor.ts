import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "../..");

/** What an editor underlines: the line as people count them, and what it says there. */
export interface Squiggle {
  line: number;
  message: string;
}

interface Message {
  id?: number;
  method?: string;
  params?: { uri: string; diagnostics: { range: { start: { line: number } }; message: string }[]; items: unknown[] };
  result?: unknown;
}

/** The YAML language server, as editors start it, over a stack file that is open in this project. */
export class Editor {
  readonly #server: ChildProcess;
  readonly #waiting = new Map<string, (message: Message) => void>();
  #read = Buffer.alloc(0);
  #count = 0;

  constructor() {
    const program = join(ROOT, "node_modules/yaml-language-server/bin/yaml-language-server");
    this.#server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#server.stdout?.on("data", (part: Buffer) => this.#take(part));
  }

  async start(): Promise<void> {
    await this.#ask("initialize", { processId: process.pid, rootUri: pathToFileURL(ROOT).href, capabilities: {} });
    this.#send({ method: "initialized", params: {} });
    const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    this.#send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml } } });
  }

  /** What is underlined in a text, which has the line that names the schema before its own. */
  async squiggles(text: string): Promise<Squiggle[]> {
    const uri = this.#open(text);
    const { params } = await new Promise<Message>((resolve) => this.#waiting.set(uri, resolve));
    return (params?.diagnostics ?? []).map(({ range, message }) => ({ line: range.start.line, message }));
  }

  /** What is offered at a place of a text, by its words. */
  async offers(text: string, line: number, character: number): Promise<string[]> {
    const position = { line, character };
    const { result } = await this.#ask("textDocument/completion", {
      textDocument: { uri: this.#open(text) },
      position,
    });
    return (result as { items: { label: string }[] }).items.map(({ label }) => label);
  }

  async hover(text: string, line: number, character: number): Promise<string> {
    const position = { line, character };
    const { result } = await this.#ask("textDocument/hover", { textDocument: { uri: this.#open(text) }, position });
    return JSON.stringify(result);
  }

  stop(): void {
    this.#server.kill();
  }

  #open(text: string): string {
    const uri = pathToFileURL(join(ROOT, `stacks/Pulumi.editor-${this.#count++}.yaml`)).href;
    const textDocument = { uri, languageId: "yaml", version: 1, text: `${MODELINE}\n${text}` };
    this.#send({ method: "textDocument/didOpen", params: { textDocument } });
    return uri;
  }

  #ask(method: string, params: unknown): Promise<Message> {
    const id = ++this.#count;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(String(id), resolve));
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#server.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin?.write(body);
  }

  #take(part: Buffer): void {
    this.#read = Buffer.concat([this.#read, part]);
    for (;;) {
      const head = this.#read.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(this.#read.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head < 0 || this.#read.length < head + 4 + length) return;
      this.#answer(JSON.parse(this.#read.subarray(head + 4, head + 4 + length).toString()) as Message);
      this.#read = this.#read.subarray(head + 4 + length);
    }
  }

  #answer(message: Message): void {
    // What it asks the editor for, this one has no opinion on.
    if (message.method !== undefined && message.id !== undefined)
      this.#send({ id: message.id, result: message.params?.items?.map(() => null) ?? null });
    const key = message.method === "textDocument/publishDiagnostics" ? message.params?.uri : String(message.id);
    if (message.method !== undefined && message.params?.uri === undefined) return;
    this.#waiting.get(key ?? "")?.(message);
    this.#waiting.delete(key ?? "");
  }
}

/** As the first line of a stack file has it. */
export const MODELINE = "# yaml-language-server: $schema=../docs/stack-file.schema.json";
