import { keyLines } from "./key-line.ts";

const TEXT = `# Acme
config:
  agent-sandbox:workspace: /srv/acme
  agent-sandbox:egress:
    allow:
      - github
      - {host: git.acme.example, ports: [22]}
  limits: {memory: 4GiB}
  agent-sandbox:dotfiles:
    .config/git/ignore: ~/ignore
  agent-sandbox:mounts:
    - host: /srv/docs
      at: /docs
    - {host: /srv/more, at: /more}
`;

test.each([
  ["workspace", [], 3],
  ["egress.allow", ["github"], 6],
  ["egress.allow", ["git.acme.example"], 7],
  ["egress.allow", ["none"], 5],
  ["limits.memory", [], 8],
  ["limits.pids", [], 8],
  ["dotfiles..config/git/ignore", [], 10],
  ["mounts[1]", [], 14],
  ["mounts[0].at", [], 13],
  ["mounts[7]", [], 11],
  ["gpu", [], undefined],
  ["work", [], undefined],
])("%s with %j is on line %s", (path, words, line) => {
  expect(keyLines(TEXT)(path, words)).toBe(line);
});

test.each(["", "config:\n", "config: [\n", "- a\n"])("%j has no lines of keys", (text) => {
  expect(keyLines(text)("workspace")).toBeUndefined();
});
