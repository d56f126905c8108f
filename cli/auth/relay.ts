import { isDeclared } from "../../capabilities/auth/domain.ts";
import type { Look } from "../../target/look.ts";
import { type Flow, listenFor } from "./listen.ts";
import { describeHost, type Page, readPage } from "./page.ts";
import { patience } from "./patience.ts";

/** What carries one client's logins: the world, as far as the relay needs it. */
export interface Around {
  client: string;
  /** How long a login may take. */
  seconds: number;
  /** Domains that the client's last `up` allows. */
  domains(): Promise<Look<readonly string[]>>;
  /** Asks a person, who says yes or not. */
  ask(page: Page): Promise<boolean>;
  /** Opens a page in the person's browser. @returns why it was not opened */
  open(url: string): Promise<string | undefined>;
  handIn(port: number, request: string): Promise<Look<string>>;
  tell(line: string): void;
  now(): number;
  /** Waits a moment, after what came too often. */
  rest(): Promise<void>;
}

/**
 * Deals with what an agent asks to have opened, one request after the other. Without a person's yes nothing is opened and nothing listens; what is refused is told with
 * its reason, as often as a person can bear.
 */
export function relay(around: Around): { take(text: string): Promise<void>; end(): void } {
  const { client, seconds } = around;
  const bounds = patience(around.now);
  let flow: Flow | undefined;
  const tell = (line: string) => {
    if (bounds.tells(line)) around.tell(line);
  };

  const take = async (text: string): Promise<void> => {
    if (!bounds.looks()) return around.rest();
    const read = readPage(text);
    if ("refused" in read) return tell(`${client} asked to open a page, which was not opened: ${read.refused}`);
    const { page } = read;
    const host = describeHost(page.host);
    const domains = await around.domains();
    if ("unseen" in domains) return tell(`${client} asked to open ${host}, which was not opened: ${domains.unseen}`);
    const domain = domains.seen.find((one) => isDeclared(page.host, [one]));
    if (domain === undefined)
      return tell(
        `${client} asked to open ${host}, which was not opened: its last up allows ${domains.seen.join(", ") || "no domain"}. Where you log in there, add ${page.host} to agent-sandbox:auth.domains in stacks/Pulumi.${client}.yaml and bring it up`,
      );
    if (!bounds.asks(domain))
      return tell(`${client} asks to open ${domain} again, too soon; nobody is asked for some minutes`);
    if (!(await around.ask(page))) {
      bounds.refused(domain);
      return tell(`${host} was not opened; ${client} is not heard about ${domain} for ten minutes`);
    }
    await begin(page, host);
  };

  const begin = async ({ url, callback }: Page, host: string): Promise<void> => {
    // A person who says yes again began anew.
    flow?.end();
    flow = undefined;
    if (callback) {
      const listening = await listenFor(callback, seconds, (request) => around.handIn(callback.port, request));
      if ("taken" in listening)
        return around.tell(
          `${host} was not opened: the login would come back to http://${callback.host}, and ${listening.taken}. End that one, or have the login use another port`,
        );
      const { flow: mine } = listening;
      flow = mine;
      mine.outcome.then((how) => {
        if (flow === mine) flow = undefined;
        if (how !== undefined) around.tell(`the login at ${host} ${how}`);
      });
    }
    const why = await around.open(url);
    if (why === undefined)
      around.tell(`${host} was opened${callback ? `; the login comes back to http://${callback.host}` : ""}`);
    else around.tell(`open it yourself, for ${why}: ${url}`);
  };

  return { take, end: () => flow?.end() };
}
