/**
 * The one form a request on port 80 has, as conditions over the bytes that came, before any parser has read them: RFC 9112
 * without what it lets a lenient reader forgive. haproxy 3.0 forgives some (a bare LF, a tab in the first line, a length beside
 * chunks, zeros before a length) and writes the request anew, so no rule of its own sees that it was written otherwise. All say
 * what has to be, so an expression that gives up (PCRE has limits) refuses.
 */
export function requestForm(head: string): string[] {
  const is = (expression: string) => `{ ${head} -m reg '${expression}' }`;
  const has = (expression: string) => `{ ${head} -m reg -i '${expression}' }`;
  return [
    is("^(?!CONNECT |TRACE )[A-Z]{3,16} /[!-~]* HTTP/1[.][01]\\r\\n"),
    has(headers("host", `host:${SPACE}(?=[^:\\s]{1,253}[:\\s])${LABELS}(?::80)?`)),
    // A body has one length: with two, the next reader may take the other.
    has(headers("content-length|transfer-encoding", `(?:${LENGTH}|${CHUNKS})`, "?")),
    // Only what is known to carry no requests that go unjudged; h2c would.
    has(headers("upgrade", `upgrade:${SPACE}websocket`, "?")),
  ];
}

/** A name's labels, in upper or lower case. */
export const LABELS = "[A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+)*";

const SPACE = "[ \\t]*";
// Fifteen digits: haproxy 2.6 read 2^64+1 as 1 and passed the text on.
const LENGTH = `content-length:${SPACE}(?:0|[1-9][0-9]{0,14})`;
const CHUNKS = `transfer-encoding:${SPACE}chunked`;

/**
 * The whole head with one line of these names (or none, by `?`), and that has to be as said. The others are a name without
 * anything that two programs read in two ways, a value without control bytes, and no line goes on in the next.
 */
function headers(names: string, line: string, times: "" | "?" = ""): string {
  const others = `(?:(?!(?:${names}):)[a-z0-9-]+:[\\t -~\\x80-\\xff]*\\r\\n)*`;
  return `^[^\\r\\n]+\\r\\n${others}(?:${line}${SPACE}\\r\\n${others})${times}\\r\\n`;
}
