import { planAdmission } from "../../model/gateway/admission.ts";
import { renderHaproxy } from "../../model/gateway/haproxy.ts";
import type { GatewayInput } from "../../model/gateway/input.ts";

const input: GatewayInput = {
  client: "acme",
  destinations: [{ host: "wild.test", subdomains: true, ports: [80, 443], origin: "client" }],
  endpoints: [],
  inbound: [],
  resolvers: [],
  web: false,
  hostAddresses: [],
  addresses: { gateway: "10.208.0.2", agent: "10.208.0.3", vips: "10.208.0.128/25", host: "10.208.1.1" },
};
const lines = renderHaproxy(input, planAdmission(input));

/** The regular expression of the one rule that says so; haproxy's own escapes are those of JavaScript here. */
function expression(rule: string): RegExp {
  const found = lines.filter((line) => line.includes(rule));
  expect(found).toHaveLength(1);
  return new RegExp(/-m reg '([^']*)'/.exec(found[0]!.slice(found[0]!.indexOf(rule)))![1]!);
}

describe("a name is one before it is looked for in the policy", () => {
  const odd = [
    "evil.test\0.wild.test",
    ".wild.test",
    "a..wild.test",
    "a.wild.test.",
    "a.wild.test ",
    "a\n.wild.test",
    "á.wild.test",
    "",
  ];
  const fine = ["a.wild.test", "_dmarc.a-b.wild.test", "xn--bcher-kva.wild.test"];

  test("in a handshake", () => {
    const name = expression("!{ var(sess.name) -m reg");
    expect(odd.filter((text) => name.test(text))).toEqual([]);
    expect(fine.filter((text) => !name.test(text))).toEqual([]);
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(at("!{ var(sess.name) -m reg")).toBeLessThan(at("var(sess.name),map_str(names.map)"));
  });

  test("in a Host header", () => {
    const host = expression("!{ req.fhdr(host) -m reg");
    expect(
      [...odd, `${"a".repeat(250)}.test`, "a.wild.test:8080", "a.wild.test:"].filter((text) => host.test(text)),
    ).toEqual([]);
    expect([...fine, "A.Wild.Test:80"].filter((text) => !host.test(text))).toEqual([]);
  });
});

test("a handshake that lists two names is not the one that was judged", () => {
  const one = expression("!{ var(sess.hello) -m reg");
  const extension = "0000000B000900000661622E636465".slice(0, 24);
  expect(one.test(`${extension}/1603010200${extension}0017`)).toBe(true);
  expect(one.test(`${extension}/1603010200${extension.replace("000B", "000D")}0017`)).toBe(false);
});

test("a header's name has no character that two programs read in two ways, and no header goes on in the next line", () => {
  const names = expression("req.hdrs -m reg '(^|");
  const folded = expression("req.hdrs -m reg '[ ");
  const said = (...headers: string[]) => headers.map((header) => `${header}\r\n`).join("");
  expect(names.test(said("host: a.wild.test", "content-length: 5", "x-a_b: c_d"))).toBe(true);
  expect(names.test(said("host: a.wild.test", "user-agent: apt/2.6 (x; y_z) a:b", "x: "))).toBe(false);
  expect(folded.test(said("x: a   b: c"))).toBe(true);
  expect(folded.test(said("x: a, b;  q=1"))).toBe(false);
});
