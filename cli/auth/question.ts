import { describeHost, type Page } from "./page.ts";

/** What a person reads before they say yes: whose page it is first, then the whole of it, as far as a window has room. */
export function question(client: string, { url, host, callback }: Page, room = Number.POSITIVE_INFINITY): string[] {
  const more = url.length > room ? ` … (${url.length} letters in all)` : "";
  return [
    `An agent of ${client} asks to open a page of ${describeHost(host)} in your browser:`,
    `  ${url.slice(0, room)}${more}`,
    callback
      ? `Whoever logs in there lets that agent in: the answer comes back to http://${callback.host} of this machine, and is handed into the sandbox.`
      : "Whoever logs in there, and gives the agent what the page shows, lets that agent in.",
    "Say no to what you have not begun yourself.",
  ];
}
