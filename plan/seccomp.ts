import { createHash } from "node:crypto";
import type { Platform } from "../capabilities/image/lock.ts";

/** A profile in the words of Docker and the OCI runtimes, and a short name of exactly this text. */
export interface SeccompProfile {
  /** Compact: it stands in a preview. */
  json: string;
  /** Says which text it is: the first digits of its SHA-256. */
  name: string;
}

/**
 * The system calls that agent and gateway may make. Moby's default profile (github.com/moby/profiles/seccomp v0.3.0 of 2026-10-12, Apache-2.0)
 * for a container without capabilities, less what no agent needs: `LEFT_OUT`. The processor's own 64-bit calls only; whoever makes
 * a 32-bit or x32 call is ended by the kernel. What is not named is refused with EPERM; calls that are newer than all of these with
 * ENOSYS, by the runtime.
 */
export function renderSeccomp(platform: Platform): SeccompProfile {
  const json = JSON.stringify({
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: [platform === "linux-x64" ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64"],
    syscalls: [
      allow([...Object.values(ALLOWED).flat(), ...(platform === "linux-x64" ? ["arch_prctl"] : [])].sort()),
      // Before 4.8 a tracer could change a call after the filter had seen it.
      { ...allow(["ptrace"]), includes: { minKernel: "4.8" } },
      // No flag that makes a namespace. Flags of clone3 lie in memory, which a filter cannot read: libraries go back to clone.
      allow(["clone"], { index: 0, value: NAMESPACES, op: "SCMP_CMP_MASKED_EQ" }),
      refuse(["clone3"], ENOSYS),
      ...FAMILIES.map((family) => allow(["socket"], is(0, family))),
      ...NETLINK.map((protocol) => allow(["socket"], is(0, AF_NETLINK), is(2, protocol))),
      // All later families, vsock among them, as a kernel without them says it.
      refuse(["socket"], EAFNOSUPPORT, { index: 0, value: AF_NETLINK, op: "SCMP_CMP_GT" }),
      allow(["socketpair"], is(0, AF_UNIX)),
      // The one without flags, and the question which it is.
      ...[0, 0xffffffff].map((persona) => allow(["personality"], is(0, persona))),
      // Any limit but that of core files (ulimits.ts), which can be asked for. Who sets it is told that it is so: agents for keys end otherwise.
      ...limits("setrlimit", 0),
      ...limits("prlimit64", 1),
      allow(["prlimit64"], is(1, RLIMIT_CORE), is(2, 0)),
      refuse(["prlimit64"], 0, is(1, RLIMIT_CORE), { index: 2, value: 0, op: "SCMP_CMP_NE" }),
      refuse(["setrlimit"], 0, is(0, RLIMIT_CORE)),
      refuse(LEFT_OUT.flatMap(({ calls }) => calls).sort(), ENOSYS),
    ],
  });
  return { json, name: seccompName(json) };
}

/** What the posture calls a profile by its text. */
export function seccompName(json: string): string {
  return `sha256:${createHash("sha256").update(json).digest("hex").slice(0, 12)}`;
}

/** The name of the file it lies in for an engine that takes a path. */
export function seccompFile({ name }: SeccompProfile): string {
  return `seccomp-${name.replace("sha256:", "")}.json`;
}

/** What an engine says of a container, `seccomp=<text or path>`, as the posture says it. Engines name their own by no option at all. */
export function foundSeccomp(options: readonly string[] | null): string {
  const given = (options ?? []).flatMap((option) => /^seccomp[=:](.*)$/s.exec(option)?.[1] ?? []);
  if (given.length === 0) return ENGINES_OWN;
  return given
    .map((said) =>
      said.startsWith("{") ? seccompName(said) : said.replace(/^.*\/seccomp-([0-9a-f]{12})\.json$/s, "sha256:$1"),
    )
    .join(" and ");
}

/** In the posture, where an engine can be given none. */
export const ENGINES_OWN = "as the engine has it";

/** Calls that an engine's default has and this profile has not, and why. Programs are told ENOSYS, as on a kernel without them: they do without. */
export const LEFT_OUT: readonly { calls: readonly string[]; why: string }[] = [
  {
    calls: ["process_vm_readv", "process_vm_writev"],
    why: "the memory of another process, written without stopping it; debuggers go back to ptrace, which is left",
  },
  {
    calls: ["io_uring_enter", "io_uring_register", "io_uring_setup"],
    why: "does by a queue what a filter would refuse, and was in 60 % of the exploits that Google's kernel bounty saw until 2023; engines before Docker 25 allow it",
  },
  {
    calls: ["io_cancel", "io_destroy", "io_getevents", "io_pgetevents", "io_setup", "io_submit"],
    why: "fs.aio-max-nr is one number for the whole machine: whoever takes it all takes it from every database of the host",
  },
  {
    calls: ["mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedsend", "mq_unlink"],
    why: "the bytes of POSIX message queues are counted by user: over all clients, and the person who has the same uid",
  },
  { calls: ["fanotify_mark"], why: "of use only after fanotify_init, which needs a capability" },
  { calls: ["name_to_handle_at"], why: "a handle is of use only to open_by_handle_at, which needs a capability" },
  { calls: ["memfd_secret"], why: "memory that nobody else can look into, the host's root included" },
  { calls: ["modify_ldt"], why: "segments for 16-bit and 32-bit programs, and a row of holes" },
  { calls: ["remap_file_pages"], why: "given up by the kernel in 3.16, which only imitates it" },
];

/** Besides calls: `socket(40)` and the rest of FAMILIES' gaps, NETLINK's gaps, flags of `personality`, x32 and 32-bit calls. */
const FAMILIES = [
  1, // AF_UNIX
  2, // AF_INET
  10, // AF_INET6
];
const AF_UNIX = 1;
/** The last family that has a use here: above it lie packet, alg, vsock, xdp, and what a kernel loads a module for. */
const AF_NETLINK = 16;
/** Interfaces and routes (0), sockets (4), the packet rules and their log (9, 12), hot plugging (15), by name (16). No xfrm, crypto, rdma, iscsi. */
const NETLINK = [0, 4, 9, 12, 15, 16];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const NAMESPACES = 0x7e020000;
const RLIMIT_CORE = 4;
const RLIMIT_NLIMITS = 16;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

interface Condition {
  index: number;
  value: number;
  op: string;
}

/** Every limit but that of core files. By whole numbers: the kernel cuts off the upper bits of this argument, too. */
function limits(call: string, index: number) {
  const above = Array.from({ length: RLIMIT_NLIMITS - RLIMIT_CORE - 1 }, (_, i) => RLIMIT_CORE + 1 + i);
  return [{ index, value: RLIMIT_CORE, op: "SCMP_CMP_LT" }, ...above.map((limit) => is(index, limit))].map((which) =>
    allow([call], which),
  );
}

function is(index: number, value: number): Condition {
  return { index, value, op: "SCMP_CMP_EQ" };
}

function allow(names: readonly string[], ...args: Condition[]) {
  return { names, action: "SCMP_ACT_ALLOW", ...(args.length > 0 && { args }) };
}

function refuse(names: readonly string[], errnoRet: number, ...args: Condition[]) {
  return { names, action: "SCMP_ACT_ERRNO", errnoRet, ...(args.length > 0 && { args }) };
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** Names that a processor or a kernel does not have are passed over by the runtime. */
const ALLOWED = {
  files: words(`
    access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate fchdir
    fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync flock fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64
    ioctl lchown link linkat listmount lseek lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 readahead readlink
    readlinkat rename renameat renameat2 rmdir stat statfs statmount statx symlink symlinkat sync sync_file_range syncfs truncate umask
    unlink unlinkat utime utimensat utimes`),
  attributes: words(`
    fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr lremovexattr lsetxattr
    removexattr removexattrat setxattr setxattrat`),
  bytes: words(`
    pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv sendfile splice tee vmsplice write writev`),
  waiting: words(`
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 inotify_add_watch inotify_init
    inotify_init1 inotify_rm_watch poll ppoll pselect6 select signalfd signalfd4`),
  memory: words(`
    brk cachestat madvise map_shadow_stack membarrier memfd_create mincore mlock mlock2 mlockall mmap mprotect mremap mseal msync
    munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease`),
  processes: words(`
    execve execveat exit exit_group fork getpgid getpgrp getpid getppid getpriority getrlimit getrusage getsid gettid ioprio_get
    ioprio_set kill pause pidfd_open pidfd_send_signal prctl restart_syscall rseq seccomp setpgid setpriority setsid
    set_tid_address tgkill times tkill uretprobe vfork wait4 waitid`),
  signals: words(`
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sigaltstack`),
  scheduling: words(`
    futex futex_requeue futex_wait futex_waitv futex_wake getcpu get_robust_list sched_getaffinity sched_getattr sched_getparam
    sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield set_robust_list`),
  time: words(`
    adjtimex alarm clock_adjtime clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer time timer_create
    timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime`),
  users: words(`
    capget capset getegid geteuid getgid getgroups getresgid getresuid getuid setfsgid setfsuid setgid setgroups setregid setresgid
    setresuid setreuid setuid`),
  sockets: words(`
    accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto setsockopt
    shutdown`),
  // Of a container's own namespace, and its memory.
  ipc: words("msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget"),
  rest: words("getrandom landlock_add_rule landlock_create_ruleset landlock_restrict_self sysinfo uname"),
};
