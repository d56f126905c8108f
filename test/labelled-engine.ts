import { createServer, type Server } from "node:http";
import { join } from "node:path";

/** A thing of a client's, and the checkout that made it. */
interface Thing {
  name: string;
  client: string;
  state?: string;
  path?: string;
}

/** An engine that has what its fields say, each with the labels of a client, and answers what a survey asks. What is removed there is removed by a client of the test's own. */
export class LabelledEngine {
  containers: Thing[] = [];
  networks: Thing[] = [];
  volumes: Thing[] = [];
  readonly host: string;
  private readonly server: Server;

  private constructor(folder: string) {
    const socket = join(folder, "engine.sock");
    this.host = `unix://${socket}`;
    this.server = createServer(({ url = "" }, response) => {
      response.end(JSON.stringify(this.answer(url)));
    }).listen(socket);
  }

  /** @param folder where its socket is made */
  static async in(folder: string): Promise<LabelledEngine> {
    const engine = new LabelledEngine(folder);
    await new Promise((resolve) => engine.server.on("listening", resolve));
    return engine;
  }

  close(): void {
    this.server.close();
  }

  private answer(url: string): unknown {
    if (url.includes("/version")) return { Version: "28.0", Arch: "amd64" };
    if (url.includes("/info")) return { Name: "here" };
    if (url.includes("/networks"))
      return this.networks.map((one) => ({ Id: one.name, Name: one.name, ...labelled(one) }));
    if (url.includes("/volumes")) return { Volumes: this.volumes.map((one) => ({ Name: one.name, ...labelled(one) })) };
    if (url.includes("/containers"))
      return this.containers.map((one) => ({
        ...{ Id: one.name, ImageID: "i", Names: [`/${one.name}`], State: "running", Mounts: [] },
        ...labelled(one),
      }));
    return [];
  }
}

function labelled({ client, state, path }: Thing): { Labels: Record<string, string> } {
  return {
    Labels: {
      "agent-sandbox.client": client,
      ...(state && { "agent-sandbox.state": state }),
      ...(path && { "agent-sandbox.path": path }),
    },
  };
}
