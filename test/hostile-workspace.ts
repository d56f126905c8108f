import { execFileSync } from "node:child_process";

/** What an agent may make of its workspace, each by a line of bash that runs in it as the agent's user. */
export const HOSTILE: Readonly<Record<string, string>> = {
  "shut directories and files": `mkdir -p shut/in shut/.git/hooks api/.git/hooks; echo x >unread; touch shut/in/.env
    ln -s shut/in/.env .env; ln -s ../shut/in api/config; chmod 000 unread api/.git/hooks shut/.git shut/in shut`,
  pipes: `mkdir -p .husky .devcontainer .mvn api/.git/hooks d; cd d; mkfifo ../.env ../.npmrc ../.gitattributes ../.pre-commit-config.yaml ../AGENTS.md ../CLAUDE.md ../pom.xml ../.mvn/settings.xml ../.devcontainer/devcontainer.json ../compose.yaml ../.husky/pre-commit ../api/.git/config ../api/.git/HEAD ../api/.git/hooks/pre-commit .git`,
  sockets: `perl -MIO::Socket::UNIX -e 'for (@ARGV) { IO::Socket::UNIX->new(Local => $_, Listen => 1) or die }' .env .npmrc .gitattributes .pre-commit-config.yaml compose.yaml s.git
    mkdir d; mv s.git d/.git`,
  "names that steer a terminal, break a line or are no text": `for name in $'a\\nb' $'\\e[2Jc' $'\\xff' $'d\\r' '$(touch x)' '-rf' '"'; do mkdir -p -- "./$name/.git/hooks"; echo x >"./$name/.env"; done`,
  "links in circles and to nowhere": `ln -s . self; ln -s b a; ln -s a b; ln -s .env .env; ln -s .npmrc .npmrc; mkdir c d e; ln -s .git c/.git; ln -s ../d/.git d/.git; ln -s /nowhere e/.git; ln -s self/self/self up; ln -s .. out; ln -s /proc/self/root root`,
  "links to a name that is too long": `long=$(printf 'x%.0s' {1..300}); mkdir a b; for name in .env .npmrc .gitattributes .husky a/.git b/config; do ln -s "$long" "$name"; done`,
  "a tree deeper than a path is long": `perl -e 'for (1..1500) { mkdir "deep" x 10 or die; chdir "deep" x 10 or die; } mkdir ".git"; open my $f, ">", ".env"'`,
  "a .git that says anything": `mkdir -p a b c/.git d e/.git/modules; printf 'gitdir: %s' "$(printf 'x/%.0s' {1..1500})" >a/.git; printf 'gitdir: ../b/.git\\n' >b/.git; printf 'gitdir: ../d/.git\\n' >c/.git/commondir; printf 'gitdir: /etc\\n' >d/.git; truncate -s 900G e/.git/config e/.git/index e/.git/HEAD`,
};

/** 200,000 files: of these there may be as many as the disk has room for, and a look is bounded. */
export const MANY = `perl -e 'for my $d (1..200) { mkdir "many$d" or die; for (1..1000) { open my $f, ">", "many$d/$_" or die } }'`;

/** Makes one of these in a workspace, as the agent's user. */
export function makeHostile(workspace: string, script: string): void {
  const agent = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
  execFileSync("bash", ["-euc", script], { cwd: workspace, ...agent, stdio: ["ignore", "ignore", "inherit"] });
}

/** Takes all of it away again, however deep and shut, and mounted over in a sandbox. */
export function clean(workspace: string): void {
  const script = "chmod -R u+rwX . 2>/dev/null || true; find . -mindepth 1 -maxdepth 1 -exec rm -rf {} +";
  execFileSync("bash", ["-euc", script], { cwd: workspace, stdio: ["ignore", "ignore", "inherit"] });
}
