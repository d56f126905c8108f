import { GATEWAY } from "../../../gateway/contract.ts";
import { Engine, type Run } from "../engine.ts";
import { type Client, type Config, eventually, Project } from "../harness.ts";
import { type Internet, startInternet } from "../internet/internet.ts";
import { Hostile } from "./hostile.ts";
import { expectNothingArrived } from "./nothing-arrived.ts";

/** A line of the gateway's audit. */
export type AuditLine = Record<string, unknown> & { kind: string; name: string; verdict: string; reason: string };

/** A sandbox to do harm to, with a hostile sender in it and an internet of its own around it, where every leak is counted. */
export class Lab {
  private standing?: { client: Client; internet: Internet; hostile: Hostile };
  private before: [number, number] = [0, 0];

  /** Works in this sandbox from now on. It comes late, as tests name their lab before anything stands. */
  takeOver(client: Client, internet: Internet): void {
    this.standing = { client, internet, hostile: new Hostile(client, internet) };
  }

  /** The sandbox that is harmed. */
  get client(): Client {
    return this.stands.client;
  }

  get internet(): Internet {
    return this.stands.internet;
  }

  get hostile(): Hostile {
    return this.stands.hostile;
  }

  /** The row that begins here is judged by what the senders do from now on. */
  async begin(): Promise<void> {
    this.before = await this.hostile.rounds();
  }

  /** The sandbox does what its file says: the allowed name is reached, no other is. */
  async expectWhole(): Promise<void> {
    const { client } = this;
    const allowed = await eventually(
      () => client.curl("https://allowed.test/", "--max-time", "5"),
      ({ code }) => code === 0,
    );
    expect(allowed.stdout).toBe("site=allowed.test host=allowed.test by=tls\n");
    expect(await this.unlisted()).toBe("");
  }

  /** All that the senders did came to nothing, and they did it: both have gone on sending. */
  async expectShut(): Promise<void> {
    await eventually(
      () => this.hostile.rounds(),
      ([user, root]) => user > this.before[0] + 3 && root > this.before[1] + 3,
    );
    await expectNothingArrived(this.internet);
  }

  /** Runs a line of shell in the gateway, as its operator could. @throws when it fails */
  gateway(script: string): Promise<string> {
    return this.client.project.engine.ask("exec", this.client.gateway, "bash", "-c", `${LIBRARY}\n${script}`);
  }

  /** The same with input. Never throws. */
  tryGateway(script: string): Promise<Run> {
    return this.client.project.engine.run("exec", this.client.gateway, "bash", "-c", `${LIBRARY}\n${script}`);
  }

  /** A process of the machine's that enters namespaces of the gateway's: what no one inside could do. */
  async enter(namespaces: readonly string[], ...command: string[]): Promise<string> {
    const { engine } = this.client.project;
    const { State } = await engine.inspect(this.client.gateway);
    const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
    return engine.must([...asRoot, "nsenter", "--target", String(State.Pid), ...namespaces, ...command]);
  }

  /** The gateway's audit since it was made: of its own kinds, or all. */
  async audit(...kinds: string[]): Promise<AuditLine[]> {
    const lines = await this.client.audit();
    return lines.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  }

  private get stands() {
    if (!this.standing) throw new Error("the lab is there only while tests run");
    return this.standing;
  }

  private async unlisted(): Promise<string> {
    const { stdout } = await this.client.exec(`
      curl -sSk -m 3 https://evil.test/; curl -sSk -m 3 https://neighbour.test/
      curl -sSk -m 3 --connect-to evil.test:443:allowed.test:443 https://evil.test/`);
    return stdout;
  }
}

/** What a script in a gateway may call. */
export const LIBRARY = `RUN=${GATEWAY.run} LIVE=${GATEWAY.live} SERVICES=${GATEWAY.run}/service UNFINISHED=${GATEWAY.run}/unfinished
SAVED=${GATEWAY.policy}/policy CLOCK=${GATEWAY.policy}/clock TOLD=${GATEWAY.policy}/told
proxyctl() { ${GATEWAY.programs}/proxyctl "$@"; }
as() { setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all --no-new-privs "\${@:2}"; }
side() { local inner outer; . "$RUN/sides"; printf '%s' "\${!1}"; }
vips() { sed -n 's/^  "vips": "\\(.*\\)",$/\\1/p' "$LIVE/policy.json"; }
uptime_now() { local now; read -r now _ </proc/uptime; printf '%s' "\${now%.*}"; }
pid() { s6-svstat -o pid "$SERVICES/$1"; }
children() { cat "/proc/$1/task/$1/children"; }
parent() { cut -d' ' -f4 "/proc/$1/stat"; }
state() { cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null || true; }
# Lets the watchdog begin no round any more, after the one that is under way: it would kill or start anew what a test stops. It has no turn when it is stopped, for an apply
# would wait for it.
rest_watchdog() {
  local watchdog turn
  watchdog=$(pid watchdog)
  exec {turn}>>"$RUN/turn"
  flock "$turn"
  kill -STOP "$watchdog"
  until [ "$(state "$watchdog")" = T ]; do sleep 0.01; done
  exec {turn}>&-
}
wake_watchdog() { kill -CONT "$(pid watchdog)"; }`;

/** A lab for the tests of one file: made before them, shut after each of them, removed after all. */
export function useLab(config: Config): Lab {
  const lab = new Lab();
  let end = async () => {};
  beforeAll(async () => {
    const engine = new Engine();
    await engine.mustAnswer();
    const internet = await startInternet();
    const project = new Project(engine, internet);
    end = async () => {
      await project.remove();
      await internet.stop();
    };
    lab.takeOver(project.client("acme", config), internet);
    await lab.client.mustUp();
    await lab.hostile.start();
  });
  beforeEach(() => lab.begin());
  afterEach(() => lab.expectShut());
  afterAll(() => end());
  return lab;
}
