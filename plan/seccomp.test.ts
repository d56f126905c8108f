import type { Platform } from "../capabilities/image/lock.ts";
import { LEFT_OUT, renderSeccomp } from "./seccomp.ts";

interface Rule {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: { index: number; value: number; op: string }[];
}

const platforms: Platform[] = ["linux-x64", "linux-arm64"];
const rules = (platform: Platform): Rule[] => JSON.parse(renderSeccomp(platform).json).syscalls;
const allowed = (platform: Platform) =>
  rules(platform).flatMap(({ names, action }) => (action === "SCMP_ACT_ALLOW" ? names : []));

describe.each(platforms)("the seccomp profile for %s", (platform) => {
  test("allows what it names, of the processor's own calls alone, and refuses the rest", () => {
    const profile = JSON.parse(renderSeccomp(platform).json);
    expect(profile.defaultAction).toBe("SCMP_ACT_ERRNO");
    expect(profile.architectures).toEqual([platform === "linux-x64" ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64"]);
    expect(profile).not.toHaveProperty("archMap");
    for (const { action } of rules(platform)) expect(action).toMatch(/^SCMP_ACT_(ALLOW|ERRNO)$/);
  });

  test("allows nothing that it leaves out, and says that the kernel has none", () => {
    for (const { calls, why } of LEFT_OUT) {
      expect(why).not.toBe("");
      for (const call of calls) {
        expect(allowed(platform)).not.toContain(call);
        expect(rules(platform).filter(({ names }) => names.includes(call))).toEqual([
          expect.objectContaining({ action: "SCMP_ACT_ERRNO", errnoRet: 38 }),
        ]);
      }
    }
  });

  test("allows no call that needs a capability no sandbox has, nor a namespace", () => {
    const privileged =
      "acct add_key bpf chroot clone3 delete_module fanotify_init finit_module fsconfig fsmount fsopen fspick init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mount mount_setattr move_mount open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise quotactl reboot request_key setdomainname sethostname setns settimeofday clock_settime swapoff swapon syslog umount2 unshare userfaultfd vhangup";
    expect(privileged.split(" ").filter((call) => allowed(platform).includes(call))).toEqual([]);
    // All seven flags of a namespace that clone takes.
    expect(rules(platform).filter(({ names }) => names.includes("clone"))).toEqual([
      {
        names: ["clone"],
        action: "SCMP_ACT_ALLOW",
        args: [{ index: 0, value: 0x7e020000, op: "SCMP_CMP_MASKED_EQ" }],
      },
    ]);
  });

  test("opens sockets of four families by their whole number, so no other bits beside one are another", () => {
    const sockets = rules(platform).filter(({ names }) => names.includes("socket"));
    const open = sockets.filter(({ action }) => action === "SCMP_ACT_ALLOW");
    expect([...new Set(open.map(({ args }) => args![0]!.value))]).toEqual([1, 2, 10, 16]);
    for (const { args } of open) for (const { op } of args!) expect(op).toBe("SCMP_CMP_EQ");
    // The engine's own: a list of what is refused would let 0x100000028 through, of which the kernel takes 40.
    expect(sockets.filter(({ args }) => !args)).toEqual([]);
  });

  test("lets a program set every limit but that of core files, which it can ask for and is told that it set", () => {
    const said = (call: string) =>
      rules(platform)
        .filter(({ names }) => names.includes(call))
        .map(({ action, errnoRet, args }) =>
          [
            action.replace("SCMP_ACT_", ""),
            ...args!.map(({ index, op, value }) => `${index} ${op.replace("SCMP_CMP_", "")} ${value}`),
            ...(errnoRet === undefined ? [] : [errnoRet]),
          ].join(" "),
        );
    const others = (index: number) => [
      `ALLOW ${index} LT 4`,
      ...[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((limit) => `ALLOW ${index} EQ ${limit}`),
    ];
    expect(said("setrlimit")).toEqual([...others(0), "ERRNO 0 EQ 4 0"]);
    // The address of the new limit is the third argument.
    expect(said("prlimit64")).toEqual([...others(1), "ALLOW 1 EQ 4 2 EQ 0", "ERRNO 1 EQ 4 2 NE 0 0"]);
  });

  test("names each call once, or once with each condition", () => {
    const said = rules(platform).flatMap(({ names, args }) =>
      names.map((name) => `${name} ${JSON.stringify(args ?? [])}`),
    );
    expect(said.filter((one, index) => said.indexOf(one) !== index)).toEqual([]);
  });
});

test("is as short as it can be said, for it stands in a preview, and its name is of its text", () => {
  const { json, name } = renderSeccomp("linux-x64");
  expect(json.length).toBeLessThan(9000);
  expect(json).not.toMatch(/\s/);
  expect(name).toMatch(/^sha256:[0-9a-f]{12}$/);
  expect(name).not.toBe(renderSeccomp("linux-arm64").name);
});
