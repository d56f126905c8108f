"""What a program inside a container tries of the machine below it. Each of these returns something only when it got through."""
import ctypes
import glob
import mmap
import os
import socket
import stat
import subprocess
import sys

from sockets import quietly

_libc = ctypes.CDLL(None, use_errno=True)
_NUMBERS = {
    "x86_64": dict(ptrace=101, mount=165, umount2=166, pivot_root=155, chroot=161, unshare=272, setns=308, clone=56, bpf=321,
                   add_key=248, keyctl=250, request_key=249, init_module=175, finit_module=313, kexec_load=246, perf_event_open=298,
                   userfaultfd=323, open_by_handle_at=304, reboot=169, swapon=167, settimeofday=164, clock_settime=227, acct=163,
                   syslog=103, iopl=172, process_vm_writev=311, open_tree=428, fsopen=430, move_mount=429, quotactl=179,
                   setuid=105, setresuid=117, setgroups=116, capset=126, personality=135, mount_setattr=442, socket=41, socketpair=53,
                   io_uring_setup=425, io_setup=206, mq_open=240, memfd_secret=447, name_to_handle_at=303, remap_file_pages=216,
                   modify_ldt=154),
    "aarch64": dict(ptrace=117, mount=40, umount2=39, pivot_root=41, chroot=51, unshare=97, setns=268, clone=220, bpf=280,
                    add_key=217, keyctl=219, request_key=218, init_module=105, finit_module=273, kexec_load=104, perf_event_open=241,
                    userfaultfd=282, open_by_handle_at=265, reboot=142, swapon=224, settimeofday=170, clock_settime=112, acct=89,
                    syslog=116, process_vm_writev=271, open_tree=428, fsopen=430, move_mount=429, quotactl=60,
                    setuid=146, setresuid=147, setgroups=159, capset=91, personality=92, mount_setattr=442, socket=198, socketpair=199,
                    io_uring_setup=425, io_setup=0, mq_open=180, memfd_secret=447, name_to_handle_at=264, remap_file_pages=234),
}
CLONE = dict(user=0x10000000, mount=0x20000, net=0x40000000, pid=0x20000000, uts=0x4000000, ipc=0x8000000, cgroup=0x2000000)


_APART = """
import ast, sys
sys.path.insert(0, sys.argv[1])
import confinement
got = getattr(confinement, sys.argv[2])(*ast.literal_eval(sys.argv[3]))
print(got) if got else sys.exit(9)
"""


def call(name, *arguments):
    """A system call. @raises OSError when the kernel says no"""
    given = [ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    result = _libc.syscall(_NUMBERS[os.uname().machine][name], *given)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return f"{name} gave {result}"


def x32(number):
    """A call of the same processor's other, half as wide kind; on others there is none."""
    result = _libc.syscall(ctypes.c_long(0x40000000 | number), 0, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), "x32")
    return f"x32 gave {result}"


def call_of_32_bits(number):
    """A call as 32-bit programs make them (int 0x80), whose arguments a filter for others cannot read."""
    if os.uname().machine != "x86_64":
        raise OSError("this processor has none")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x53\xb8" + number.to_bytes(4, "little") + b"\xcd\x80\x5b\xc3")  # push rbx; mov eax, number; int 0x80; pop rbx; ret
    return f"int 0x80 gave {ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()}"


def apart(what, *arguments):
    """Calls a function of this file in a process of its own, which it may change or lose."""
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, "-B", "-c", _APART, here, what.__name__, repr(arguments)], capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise OSError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}")
    return done.stdout.strip()


def write(path, text=None):
    """Writes a file that is there: without a text what it holds already, so that nothing is changed where it comes through."""
    with open(path, "r+b", buffering=0) as file:
        data = text.encode() if text is not None else quietly(file.read, 4096) or b"0"
        file.seek(0)
        file.write(data)
    return f"wrote {path}"


def make(path):
    with open(path, "x"):
        pass
    os.unlink(path)
    return f"made {path}"


def read(path):
    """What is there; nothing, where the engine put an empty file over it."""
    with open(path, "rb") as file:
        return file.read(64) or None


def listed(path):
    return os.listdir(path) or None


def setuid_files():
    """Programs that run as somebody else."""
    found = []
    for folder, _, files in os.walk("/"):
        if folder.startswith(("/proc", "/sys")):
            continue
        for file in files:
            try:
                if os.lstat(os.path.join(folder, file)).st_mode & (stat.S_ISUID | stat.S_ISGID):
                    found.append(os.path.join(folder, file))
            except OSError:
                pass
    return found or None


def file_capabilities():
    """Programs that are given a capability by their file."""
    found = []
    for folder in ("/usr", "/opt", "/home"):
        for where, _, files in os.walk(folder):
            for file in files:
                try:
                    found.append(os.getxattr(os.path.join(where, file), "security.capability", follow_symlinks=False) and file)
                except OSError:
                    pass
    return found or None


def status(field):
    with open("/proc/self/status") as file:
        return next(line.split(":")[1].strip() for line in file if line.startswith(field + ":"))


def capabilities():
    """Any that this process has, or could ever get."""
    sets = {field: status(field) for field in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    held = {field: value for field, value in sets.items() if int(value, 16)}
    return held or None


def own_setuid_shell():
    """A setuid program of one's own making, wherever something can be written."""
    for folder in ("/tmp", "/workspace", "/home/dev"):
        path = os.path.join(folder, ".id")
        try:
            with open("/usr/bin/id", "rb") as program, open(path, "wb") as copy:
                copy.write(program.read())
            os.chmod(path, 0o6755)
            if subprocess.run([path, "-u"], capture_output=True, text=True).stdout.strip() != str(os.getuid()):
                return f"{path} runs as another user"
        except OSError:
            pass
        finally:
            if os.path.exists(path):
                os.unlink(path)
    return None


def unix(path):
    """Speaks with a socket as a client of an engine does."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(2)
        s.connect(path)
        s.sendall(b"GET /version HTTP/1.0\r\n\r\n")
        return s.recv(100)


def sockets_in(*folders):
    """Sockets of programs outside: there is no program inside that has one in these places."""
    found = [path for folder in folders for path in glob.glob(folder + "/**", recursive=True) if stat.S_ISSOCK(os.lstat(path).st_mode)]
    return found or None


def abstract_sockets():
    """Sockets without a file, of whoever shares this network namespace."""
    with open("/proc/net/unix") as file:
        found = [line.split()[-1] for line in file if line.split()[-1].startswith("@")]
    return found or None


def mounts_of(*kinds):
    """Mounts whose source or place speaks of these."""
    with open("/proc/self/mountinfo") as file:
        return [line.split()[4] for line in file if any(kind in line for kind in kinds)] or None


def strange_processes():
    """Processes that are not of this container: a kernel thread, an engine, a gateway."""
    found = []
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path) as file:
                comm = file.read().strip()
        except OSError:
            continue
        if comm in ("kthreadd", "systemd", "dockerd", "containerd", "haproxy", "dnsmasq", "s6-svscan"):
            found.append(comm)
    return found or None


def devices(*besides):
    """Device nodes besides those that every container has."""
    usual = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console", "pts", "shm", "mqueue", "fd", "stdin", "stdout", "stderr", "core"}
    return sorted(set(os.listdir("/dev")) - usual - set(besides)) or None


def mknod(kind, major, minor):
    path = "/tmp/device"
    os.mknod(path, kind | 0o600, os.makedev(major, minor))
    try:
        with open(path, "rb") as file:
            return file.read(16) or f"made {path}"
    finally:
        os.unlink(path)
