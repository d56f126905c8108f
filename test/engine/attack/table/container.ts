import type { TechniqueClass } from "../technique.ts";

type Rows = TechniqueClass["rows"];

/** Somebody else than the agent's user. */
export const identity: TechniqueClass = {
  name: "another identity",
  judged: "container",
  as: ["dev"],
  rows: [
    ["id-setuid", "root, by asking", "apart('call(\"setuid\", 0)')"],
    ["id-resuid", "root as the saved user", "apart('call(\"setresuid\", -1, -1, 0)')"],
    [
      "id-groups",
      "more groups",
      'import struct, ctypes; got = apart(\'call("setgroups", 1, b"\\\\0\\\\0\\\\0\\\\0")\')',
    ],
    ["id-sudo", "root, by sudo, su or doas", "in_a_shell('sudo -n id || su -c id </dev/null || doas id || pkexec id')"],
    ["id-setuid-files", "a program that runs as its owner", "setuid_files()"],
    ["id-own-setuid", "a program of one's own that runs as its owner", "own_setuid_shell()"],
    ["id-file-capabilities", "a program with capabilities", "file_capabilities()"],
    ["id-capabilities", "a capability, held or within reach", "capabilities()"],
    ["id-no-new-privileges", "privileges by exec", "None if status('NoNewPrivs') == '1' else 'NoNewPrivs is off'"],
    ["id-seccomp", "system calls without a filter", "None if status('Seccomp') == '2' else 'no seccomp filter'"],
    ["id-newuidmap", "a range of users (newuidmap)", "in_a_shell('newuidmap $$ 0 0 1')"],
    ["id-passwd", "a line in /etc/passwd", "write('/etc/passwd', 'root::0:0::/:/bin/sh')"],
    ["id-shadow", "root's password", "read('/etc/shadow')"],
    ["id-personality", "a process without random addresses", "apart('call(\"personality\", 0x0040000)')"],
  ],
};

/** The engine, and processes that are not the agent's. */
export const engine: TechniqueClass = {
  name: "the engine",
  judged: "container",
  as: ["dev"],
  rows: [
    ...[
      "/run/docker.sock",
      "/run/podman/podman.sock",
      "/run/containerd/containerd.sock",
      "/run/crio/crio.sock",
      "/run/dbus/system_bus_socket",
      "/run/systemd/private",
    ].map((path): Rows[number] => [
      `engine-socket-${path.split("/").slice(-2).join("-").replace(".", "-")}`,
      `its socket ${path}`,
      `unix('${path}')`,
    ]),
    ["engine-sockets", "a socket of anybody outside", "sockets_in('/run', '/var/run', '/mnt', '/tmp/.X11-unix')"],
    ["engine-abstract", "a socket without a file (CVE-2020-15257)", "abstract_sockets()"],
    [
      "engine-mounts",
      "a mount that speaks of the engine",
      "mounts_of('docker.sock', 'containerd.sock', '/var/lib/docker/overlay2 ', ' /host')",
    ],
    ["engine-processes", "a process of the host", "strange_processes()"],
    ["engine-memory", "the memory of a process of the host, by its number", "write(f'/proc/{HOSTPID}/mem')"],
    [
      "engine-signal",
      "a signal to a process of the host, by its number",
      "import os; got = os.kill(HOSTPID, 0) or 'it is there'",
    ],
    [
      "engine-init-root",
      "the root of a process of the host",
      "in_a_shell('ls /proc/1/root/.. /proc/*/root/var/lib/docker')",
    ],
    ["engine-runc", "the engine's own program, while it enters (CVE-2019-5736)", "write('/proc/self/exe', '#!')"],
    ["engine-cgroup", "the group of processes it is in", "make('/sys/fs/cgroup/escape')"],
    [
      "engine-release-agent",
      "a program that the host runs when a group is empty",
      "write('/sys/fs/cgroup/release_agent', '/tmp/x')",
    ],
    [
      "engine-release-agent-v1",
      "the same, of an older kind of group",
      "in_a_shell('for f in /sys/fs/cgroup/*/release_agent; do echo /tmp/x >$f && echo wrote $f; done; false')",
    ],
    ["engine-ptrace", "a process of the host, by ptrace", "call('ptrace', 16, HOSTPID, 0, 0)"],
    [
      "engine-vm-write",
      "the memory of a process of the host, by a system call",
      "call('process_vm_writev', HOSTPID, 0, 0, 0, 0, 0)",
    ],
    [
      "engine-variables",
      "variables of the first process that hold a secret",
      'in_a_shell(\'tr "\\\\0" "\\\\n" </proc/1/environ | grep -iE "token|secret|password|docker_host"\')',
    ],
  ],
};

const SYSCTLS = [
  "kernel/core_pattern",
  "kernel/modprobe",
  "kernel/hotplug",
  "kernel/randomize_va_space",
  "kernel/yama/ptrace_scope",
  "kernel/unprivileged_bpf_disabled",
  "net/ipv4/ip_forward",
  "net/ipv4/conf/all/rp_filter",
  "net/ipv4/ip_unprivileged_port_start",
  "vm/drop_caches",
  "fs/binfmt_misc/register",
];

/** Files by which the kernel is steered. */
export const files: TechniqueClass = {
  name: "a file of the kernel",
  judged: "container",
  as: ["dev"],
  rows: [
    ...SYSCTLS.map((key): Rows[number] => [
      `proc-${key.replaceAll(/[/_]/g, "-")}`,
      `/proc/sys/${key} written`,
      `write('/proc/sys/${key}')`,
    ]),
    ["proc-sysrq", "/proc/sysrq-trigger written", "write('/proc/sysrq-trigger', 'h')"],
    ["proc-kcore", "the kernel's memory read", "read('/proc/kcore')"],
    [
      "proc-kallsyms",
      "the kernel's addresses read",
      "None if set(read('/proc/kallsyms')[:16]) == {48} else 'addresses'",
    ],
    ["proc-keys", "the keys of others read", "read('/proc/keys')"],
    ["proc-timers", "timers of others read", "read('/proc/timer_list')"],
    ["proc-sched", "the scheduler's log read", "read('/proc/sched_debug')"],
    ["proc-acpi", "the machine's tables read", "listed('/proc/acpi')"],
    ["proc-scsi", "the machine's disks read", "listed('/proc/scsi')"],
    ["proc-oom", "a process that the kernel never ends", "write('/proc/self/oom_score_adj', '-1000')"],
    ["proc-nice", "more than its share of the processor", "import os; got = os.nice(-5)"],
    ["sys-uevent", "/sys/kernel/uevent_helper written", "write('/sys/kernel/uevent_helper', '/tmp/x')"],
    ["sys-firmware", "the firmware read", "listed('/sys/firmware')"],
    ["sys-debug", "the kernel's debugging files", "listed('/sys/kernel/debug')"],
    ["sys-tracing", "the kernel's tracing files", "listed('/sys/kernel/tracing')"],
    ["sys-security", "the kernel's security files", "listed('/sys/kernel/security')"],
    ["sys-power", "/sys/power/state written", "write('/sys/power/state', 'x')"],
    ["sys-bpf", "pinned programs of others", "listed('/sys/fs/bpf')"],
    ["root-usr", "a program of the image replaced", "make('/usr/local/bin/x')"],
    ["root-etc", "a file of the image made", "make('/etc/x')"],
    ["root-ld-preload", "a library loaded into every program", "make('/etc/ld.so.preload')"],
    ["root-ca", "a certificate of one's own among the trusted", "make('/etc/ssl/certs/x.pem')"],
    ["root-secrets", "a secret written", "make('/run/secrets/x')"],
    ["root-entrypoint", "the program that the container starts with", "write('/usr/local/bin/entrypoint', '#')"],
  ],
};

/** Namespaces, mounts, and the kernel's less travelled doors. */
export const kernel: TechniqueClass = {
  name: "a door of the kernel",
  judged: "container",
  as: ["dev"],
  rows: [
    ...["user", "mount", "net", "pid", "uts", "ipc", "cgroup"].map((kind): Rows[number] => [
      `kernel-unshare-${kind}`,
      `a ${kind} namespace of its own`,
      `apart("call('unshare', CLONE['${kind}'])")`,
    ]),
    ["kernel-unshare-all", "a user namespace with all the others", "apart(\"call('unshare', sum(CLONE.values()))\")"],
    ["kernel-clone-user", "a child in a user namespace", "in_a_shell('unshare -Ur id -u')"],
    [
      "kernel-setns",
      "another process's namespace",
      "import os; fd = os.open('/proc/1/ns/net', os.O_RDONLY); got = call('setns', fd, 0)",
    ],
    ["kernel-mount-proc", "a fresh /proc", "call('mount', b'proc', b'/tmp', b'proc', 0, 0)"],
    ["kernel-mount-tmpfs", "a tmpfs", "call('mount', b'x', b'/tmp', b'tmpfs', 0, 0)"],
    ["kernel-mount-bind", "a bind mount", "call('mount', b'/etc', b'/tmp', b'none', 4096, 0)"],
    ["kernel-mount-remount", "its root writable", "call('mount', b'none', b'/', b'none', 32, 0)"],
    [
      "kernel-mount-overlay",
      "an overlay",
      "call('mount', b'x', b'/tmp', b'overlay', 0, b'lowerdir=/etc,upperdir=/tmp,workdir=/tmp')",
    ],
    ["kernel-mount-new", "a mount by the newer calls", "call('fsopen', b'tmpfs', 0)"],
    ["kernel-open-tree", "a copy of the tree of mounts", "call('open_tree', -100, b'/', 1)"],
    ["kernel-mount-setattr", "its root writable by the newer call", "call('mount_setattr', -100, b'/', 0, 0, 0)"],
    ["kernel-umount", "a mask taken away", "call('umount2', b'/proc/kcore', 0)"],
    ["kernel-pivot", "another root", "call('pivot_root', b'/tmp', b'/tmp')"],
    ["kernel-chroot", "a chroot", "apart(\"call('chroot', b'/tmp')\")"],
    [
      "kernel-handle",
      "a file by its handle (shocker)",
      "call('open_by_handle_at', 3, b'\\x08\\0\\0\\0\\1\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0', 0)",
    ],
    ["kernel-bpf", "a program in the kernel", "call('bpf', 5, b'\\0' * 120, 120)"],
    ["kernel-perf", "a look at the kernel's counters", "call('perf_event_open', b'\\0' * 120, 0, -1, -1, 0)"],
    ["kernel-userfaultfd", "faults of the kernel's own, handled", "call('userfaultfd', 0)"],
    ["kernel-module", "a module", "call('init_module', b'\\x7fELF', 4, b'')"],
    ["kernel-module-file", "a module by its file", "call('finit_module', 0, b'', 0)"],
    ["kernel-modprobe", "a module by modprobe", "in_a_shell('modprobe dummy || insmod /tmp/x.ko')"],
    ["kernel-kexec", "another kernel", "call('kexec_load', 0, 0, 0, 0)"],
    ["kernel-reboot", "a reboot", "call('reboot', 0xfee1dead, 672274793, 0x89abcdef, 0)"],
    ["kernel-swap", "swap", "call('swapon', b'/tmp/x', 0)"],
    [
      "kernel-clock",
      "the clock",
      "import struct, time; now = time.time_ns(); got = call('clock_settime', 0, struct.pack('qq', now // 10**9, now % 10**9))",
    ],
    [
      "kernel-clock-day",
      "the time of day",
      "import struct, time; now = time.time_ns(); got = call('settimeofday', struct.pack('qq', now // 10**9, 0), 0)",
    ],
    ["kernel-acct", "accounting of processes", "call('acct', b'/tmp/x')"],
    ["kernel-log", "the kernel's log read", "call('syslog', 3, b'\\0' * 4096, 4096)"],
    ["kernel-log-device", "the kernel's log by its device", "read('/dev/kmsg')"],
    ["kernel-quota", "quotas", "call('quotactl', 0x800002 << 8, b'/dev/x', 0, 0)"],
    ["kernel-hostname", "the host's name", "import socket; got = socket.sethostname('x') or 'renamed'"],
    ["kernel-add-key", "a key in the kernel's ring", "call('add_key', b'user', b'x', b'y', 1, -4)"],
    ["kernel-keyctl", "keys of others by the kernel's ring", "call('keyctl', 0, -4, 1)"],
    ["kernel-request-key", "a key asked of the host", "call('request_key', b'user', b'x', b'y', -4)"],
    ["kernel-netlink", "an interface", "ip('link', 'add', 'x0', 'type', 'dummy')"],
    ["kernel-raw-socket", "a raw socket", "import socket; got = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"],
    [
      "kernel-packet-socket",
      "a packet socket",
      "import socket; got = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    ],
    [
      "kernel-vsock",
      "a service of the hypervisor's by vsock",
      "import socket; s = socket.socket(40, socket.SOCK_STREAM); s.settimeout(1); got = s.connect((2, 22)) or 'connected'",
    ],
  ],
};

export const devices: TechniqueClass = {
  name: "a device",
  judged: "container",
  as: ["dev"],
  rows: [
    ["device-others", "one that not every container has", "devices()"],
    ["device-disk", "a disk made by hand", "mknod(0o060000, 8, 0)"],
    ["device-virtual-disk", "a virtual disk made by hand", "mknod(0o060000, 254, 0)"],
    ["device-memory", "the machine's memory made by hand", "mknod(0o020000, 1, 1)"],
    ["device-kmsg", "the kernel's log made by hand", "mknod(0o020000, 1, 11)"],
    ["device-tun", "a tunnel's device", "import os; got = os.open('/dev/net/tun', os.O_RDWR)"],
    ["device-fuse", "a file system of its own", "import os; got = os.open('/dev/fuse', os.O_RDWR)"],
    ["device-kvm", "a virtual machine", "import os; got = os.open('/dev/kvm', os.O_RDWR)"],
    ["device-loop", "a loop device", "import os; got = os.open('/dev/loop-control', os.O_RDWR)"],
    ["device-mem", "the machine's memory", "read('/dev/mem')"],
    ["device-console", "the host's console", "import os; got = os.open('/dev/tty1', os.O_RDWR)"],
    [
      "device-tiocsti",
      "keys typed into the terminal that looks in",
      "import fcntl; got = [fcntl.ioctl(open('/dev/tty'), 0x5412, c) for c in b'x']",
    ],
  ],
};
