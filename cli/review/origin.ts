import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Change } from "../../plan/review/compare.ts";
import type { Place } from "../../plan/review/document.ts";
import { type KeyLine, keyLines } from "../../stack-file/key-line.ts";

/** The files of one side, by their path below the project; nothing where there is none. */
export type Files = (file: string) => string | undefined;

/** Where a side's lines are written. */
export interface Written {
  /** The client's stack file. */
  file: string;
  text: string;
  files: Files;
}

/** Says where a change is written: the line that asks for it and, where a service opens it, that service's line. A line that is gone is one of what is compared with. */
export function originsIn(before: Written | undefined, after: Written | undefined): (change: Change) => Place[] {
  const [old, now] = [before && placesIn(before), after && placesIn(after)];
  return (change) => {
    const places = change.to !== undefined ? now?.(change, change.to) : undefined;
    if (places) return places;
    if (change.sign === "~" && change.topic === "encrypted") return now?.(change, "") ?? [];
    return (old?.(change, change.from ?? "") ?? []).map((place) => ({ ...place, before: true as const }));
  };
}

function placesIn({ file, text, files }: Written): (change: Change, says: string) => Place[] {
  // Made when the first change asks for it: most clients change nothing.
  let lines: KeyLine | undefined;
  return ({ topic, about, key }, says) => {
    lines ??= keyLines(text);
    const of = lines;
    const at = (path: string, words: string[] = []): Place[] => {
      const line = of(path, words);
      return line === undefined ? [] : [{ file, line }];
    };
    if (topic !== "egress") return key === undefined ? [] : at(key, [about, says, bare(says)]);
    return originsOf(says).flatMap((origin) => {
      const [, who = origin, service] = /^(.*?)(?:: ([a-z0-9-]+))?$/.exec(origin) ?? [];
      const [kind = "", name = ""] = split(who);
      const asked =
        kind === "agent"
          ? at("agents", [name])
          : kind === "file"
            ? at("egress.from", [name])
            : kind === "profile"
              ? at("profile")
              : at(
                  kind === "grant" ? "grants" : "egress.allow",
                  service === undefined ? [about, about.replace(/^\*/, "")] : [service],
                );
      return [
        ...asked,
        ...(service === undefined ? [] : serviceLine(`policies/services/${service}.yaml`, about, files)),
      ];
    });
  };
}

/** `443 (client: github, agent claude: claude)`: who opens it. */
function originsOf(says: string): string[] {
  return /\((.*)\)$/.exec(says)?.[1]?.split(", ") ?? [];
}

/** `ro (~/docs)` is `~/docs`. */
function bare(says: string): string {
  return /\((.*)\)$/.exec(says)?.[1] ?? says;
}

function split(who: string): [kind: string, name: string] {
  const at = who.indexOf(" ");
  return at < 0 ? [who, ""] : [who.slice(0, at), who.slice(at + 1)];
}

function serviceLine(file: string, name: string, files: Files): Place[] {
  const text = files(file);
  if (text === undefined) return [];
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines });
  const hosts = isMap(contents) ? contents.get("hosts", true) : undefined;
  const found = isSeq(hosts)
    ? hosts.items.flatMap((item) => {
        const host = isMap(item) ? item.get("host", true) : undefined;
        return isScalar(host) && [name, name.replace(/^\*/, "")].includes(String(host.value)) && host.range
          ? [lines.linePos(host.range[0]).line]
          : [];
      })[0]
    : undefined;
  return found === undefined ? [] : [{ file, line: found }];
}
