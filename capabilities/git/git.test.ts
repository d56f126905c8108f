import { parseSpec } from "../../stack-file/spec.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import { planHostKeys } from "./host-keys.ts";
import { readKnownHost } from "./known-host.ts";
import { planOverHttps } from "./over-https.ts";
import { planSigning } from "./own-keys.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf";

const parse = (git: unknown) => parseSpec({ workspace: "/srv/acme", git });
const spec = (git: object) => parse(git).spec!.git;
const problems = (git: unknown) => parse(git).problems.map(({ path, message }) => `${path}: ${message}`);

const opens = (host: string, ...ports: number[]) => ({ host, subdomains: false, ports, origin: "client" });
const policy = (...destinations: ReturnType<typeof opens>[]) =>
  ({ destinations, grants: [], endpoints: [{ name: "forge", port: 22 }], web: false }) as unknown as EgressPolicy;
const service = (name: string, ...keys: string[]) =>
  ({ name, git: { host: name, ssh: { host: name, keys } } }) as unknown as Service;

describe("the hosts that ssh knows", () => {
  const planned = (knownHosts: string[], services: Service[], of?: EgressPolicy) => {
    const { files, problems } = planHostKeys({ knownHosts }, services, of);
    return [
      files.map(({ source }) => "text" in source && source.text),
      problems.map(({ path, message }) => `${path}: ${message}`),
    ];
  };

  test("are those of the services that egress names, and those that are declared, once each and sorted", () => {
    const lines = [`[git.acme.example]:2222 ${KEY} from a colleague`, `forge ${KEY}`, `github.com ${OTHER}`];
    expect(
      planned(
        lines,
        [service("github.com", KEY, OTHER)],
        policy(opens("github.com", 22, 443), opens("git.acme.example", 2222)),
      ),
    ).toEqual([[`[git.acme.example]:2222 ${KEY}\nforge ${KEY}\ngithub.com ${OTHER}\ngithub.com ${KEY}\n`], []]);
  });

  test("are none of a service whose port 22 is shut, and no file is delivered for none", () => {
    expect(planned([], [service("github.com", KEY)], policy(opens("github.com", 443)))).toEqual([[], []]);
  });

  test("cannot be one that nothing opens on that port", () => {
    expect(planned([`git.acme.example ${KEY}`], [], policy(opens("git.acme.example", 443)))[1]).toEqual([
      "git.knownHosts[0]: nothing in egress opens git.acme.example on port 22, so ssh never gets there; add {host: git.acme.example, ports: [22]} to egress.allow, or remove the line",
    ]);
    expect(planned([`git.acme.example ${KEY}`], [], undefined)[1]).toEqual([]);
  });
});

describe("a line of git.knownHosts", () => {
  test("is read as ssh-keyscan prints it, in a list or as one text", () => {
    expect(readKnownHost(`[git.acme.example]:2222 ${KEY}`)).toMatchObject({
      host: "git.acme.example",
      port: 2222,
      type: "ssh-ed25519",
    });
    expect(spec({ knownHosts: `# git.acme.example:22 SSH-2.0-x\n\n  git.acme.example ${KEY}\n` }).knownHosts).toEqual([
      `git.acme.example ${KEY}`,
    ]);
  });

  test.each([
    [
      `git.acme.example ${KEY.slice(0, -3)}`,
      /has no key of git.acme.example that could be read; after the name comes one of ssh-ed25519, /,
    ],
    ["git.acme.example", /has no key of git.acme.example/],
    [`git.acme.example,10.0.0.1 ${KEY}`, /is not a host; write one name a line/],
    [`*.acme.example ${KEY}`, /is not a host/],
    [`Git.acme.example ${KEY}`, /is not a host; .* in small letters/],
    [`[git.acme.example]:22 ${KEY}`, /has the port that ssh has anyway; write git.acme.example/],
    [`[git.acme.example]:70000 ${KEY}`, /is not a host/],
    [`|1|abc=|def= ${KEY}`, /is the hash of a name; write the name/],
    [`@cert-authority *.acme.example ${KEY}`, /marks an authority/],
    [`git.acme.example ${KEY}\nevil.example ${KEY}`, /has no key/],
    ["", /is not a host/],
    [3, /3 is not a host with its key/],
  ])("%j is refused with what to write", (line, says) => {
    expect(problems({ knownHosts: [line] })).toEqual([expect.stringMatching(says)]);
    expect(problems({ knownHosts: [line] })[0]).toMatch(/^git\.knownHosts\[0\]: /);
  });

  test("is one of a list", () => {
    expect(problems({ knownHosts: { a: 1 } })).toEqual([
      expect.stringMatching(/^git.knownHosts: .* is not a list of hosts with their keys; write a line each/),
    ]);
  });
});

describe("the client's own keys", () => {
  test("sign, unless the stack file says otherwise", () => {
    const settings = (git: object) => planSigning(spec(git)).files.map(({ source }) => "text" in source && source.text);
    expect(settings({ ssh: "generate" })).toEqual([expect.stringContaining("gpgSign = true")]);
    expect(settings({ ssh: "generate", sign: false })).toEqual([]);
    expect(settings({})).toEqual([]);
    expect(planSigning(spec({ sign: true })).problems).toEqual([
      { path: "git.sign", message: "is true, and there is no key to sign with; add git.ssh: generate, or remove it" },
    ]);
  });

  test("are generated, and nothing else is a way to have some", () => {
    expect(problems({ ssh: "generat" })).toEqual([
      'git.ssh: "generat" is not a way to have a key for ssh; write generate',
    ]);
    expect(problems({ ssh: { agent: ["SHA256:x"] } })).toEqual([
      expect.stringMatching(/^git.ssh: forwards an ssh-agent, which is not offered: .*Write generate/),
    ]);
    expect(problems({ ssh: "generate", sign: "yes" })).toEqual([
      'git.sign: "yes" is not true or false; write one of them',
    ]);
  });
});

describe("an address of ssh is asked over HTTPS", () => {
  const written = (config: object, services: Service[], ...destinations: ReturnType<typeof opens>[]) =>
    planOverHttps(spec(config), services, policy(...destinations)).files.flatMap(({ source }) =>
      "text" in source ? [source.text] : [],
    )[0];
  const github = service("github.com");
  const open = opens("github.com", 22, 443);

  test("of a host whose name could be a protocol's, but for the short form", () => {
    expect(written({}, [], opens("gitea", 443))).toContain("git://gitea/\n");
    expect(written({}, [], opens("gitea", 443))).not.toMatch(/= gitea:/);
  });

  test("of a host that only HTTPS leads to, in each way it is written", () => {
    expect(written({}, [], opens("git.acme.example", 443))).toBe(`[url "https://git.acme.example/"]
	insteadOf = git@git.acme.example:
	insteadOf = ssh://git@git.acme.example/
	insteadOf = ssh://git@git.acme.example:22/
	insteadOf = ssh://git.acme.example/
	insteadOf = git://git.acme.example/
	insteadOf = git.acme.example:
`);
    const inTheCompany = {
      ...policy(),
      endpoints: [{ name: "gitlab.corp.example", port: 443 }],
    } as unknown as EgressPolicy;
    expect(planOverHttps(spec({}), [], inTheCompany).files).toMatchObject([
      { source: { text: expect.stringContaining("insteadOf = git@gitlab.corp.example:") } },
    ]);
    const ofService = { ...opens("github.com", 443), origin: "client: github" };
    expect(written({}, [github], ofService)).toContain('[url "https://github.com/"]');
  });

  test("with a token and no key, on the token's port", () => {
    const tokens = { "github.com": { env: "A" }, "git.acme.example:8443": { env: "A" } };
    const asked = written({ tokens }, [github], open, opens("git.acme.example", 22, 8443));
    expect(asked).toContain('[url "https://github.com/"]');
    expect(asked).toContain('[url "https://git.acme.example:8443/"]');
    expect(written({ tokens, ssh: "generate" }, [github], open)).toBeUndefined();
    expect(written({ token: { env: "A" } }, [github], open)).toContain("git@github.com:");
  });

  test("and of no other: one that ssh leads to, one that nothing leads to, one of many names, one that is no host of git by its name", () => {
    expect(written({}, [github], open)).toBeUndefined();
    expect(written({}, [github])).toBeUndefined();
    const many = { ...opens("acme.example", 443), subdomains: true };
    expect(written({}, [], many, opens("db.globex.example", 5432))).toBeUndefined();
    expect(written({}, [], opens("docs.acme.example", 443))).toBeUndefined();
    expect(planOverHttps(spec({}), [github], undefined).files).toEqual([]);
  });
});
