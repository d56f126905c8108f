import { type Client, eventually } from "./harness.ts";

/** A download that never ends by itself, whose every byte is looked at. Says what became of it. */
export class Transfer {
  private readonly client: Client;
  private readonly at = `/tmp/transfer-${Math.random().toString(36).slice(2)}`;

  constructor(client: Client) {
    this.client = client;
  }

  async start(name: string, scheme: "https" | "http" = "https"): Promise<void> {
    const { engine } = this.client.project;
    await engine.ask("exec", "--detach", this.client.agent, "python3", "-c", READER, name, this.at, scheme);
    await eventually(
      () => this.said(),
      (said) => said.startsWith("flows"),
    );
  }

  /** Reads a megabyte more and ends, unless it was cut. */
  async end(): Promise<string> {
    await this.client.exec(`touch ${this.at}.go`);
    return eventually(
      () => this.said(),
      (said) => said.includes("\n"),
    );
  }

  async said(): Promise<string> {
    return (await this.client.exec(`cat ${this.at}`)).stdout.trim();
  }
}

const READER = `
import http.client, os, sys
name, at, scheme = sys.argv[1:]
block = bytes(7 * n % 251 for n in range(251)) * 512
said = open(at, "w")
site = (http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection)(name)
site.request("GET", "/stream")
body = site.getresponse()
seen, enough = 0, None
while True:
    try: part = body.read1(50000)
    except (OSError, http.client.HTTPException): part = b""
    if part != block[seen % 251:][:len(part)]: end = "wrong bytes"; break
    if not part: end = "cut"; break
    if seen == 0: print("flows", end="", file=said, flush=True)
    seen += len(part)
    if enough is None and os.path.exists(at + ".go"): enough = seen + 2**20
    if enough is not None and seen > enough: end = "exact"; break
print("", end, sep="\\n", file=said, flush=True)
`;
