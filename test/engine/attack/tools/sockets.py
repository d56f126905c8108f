"""What any program may do: TCP and UDP by the kernel's own sockets."""
import errno
import select
import socket
import subprocess
import time


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def tcp(address, port, *pieces, wait=1.5, pause=0.05, source=None, setup=lambda s: None):
    """Connects, says the pieces one by one, and returns what came back within `wait` seconds of silence."""
    with socket.socket(family(address), socket.SOCK_STREAM) as s:
        s.settimeout(wait)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        setup(s)
        if source is not None:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("", source))
        s.connect((address, port))
        for n, piece in enumerate(pieces):
            if n:
                time.sleep(pause)
            s.sendall(piece if isinstance(piece, bytes) else piece.encode("latin1"))
        return heard(s)


def heard(s):
    said = b""
    try:
        while len(said) < 65536:
            part = s.recv(65536)
            if not part:
                break
            said += part
    except (TimeoutError, ConnectionResetError):
        pass
    return said


def udp(address, port, data, wait=0.5, source=None, setup=lambda s: None):
    with socket.socket(family(address), socket.SOCK_DGRAM) as s:
        s.settimeout(wait)
        setup(s)
        if source is not None:
            s.bind(("", source))
        for _ in range(2):
            s.sendto(data if isinstance(data, bytes) else data.encode("latin1"), (address, port))
        return s.recv(4096)


def other(address, protocol, port, data, kind=socket.SOCK_STREAM):
    """A transport that is neither TCP nor UDP (SCTP 132, DCCP 33, UDP-Lite 136), by the kernel's own module for it."""
    with socket.socket(family(address), kind, protocol) as s:
        s.settimeout(1)
        s.connect((address, port))
        s.send(data.encode())
        return heard(s)


def raw(address, protocol, data, header=False):
    """A packet of any protocol, by a raw socket: needs NET_RAW. With `header` the data is the whole packet."""
    with socket.socket(family(address), socket.SOCK_RAW, 255 if header else protocol) as s:
        for _ in range(2):
            s.sendto(data if isinstance(data, bytes) else data.encode(), (address, 0))


def quietly(what, *arguments, **how):
    """One of several ways: what it gave, nothing when it failed."""
    try:
        return what(*arguments, **how)
    except (OSError, subprocess.SubprocessError):
        return None


def accepted(address, ports, wait=1.0):
    """Those of the ports that accept a connection; nothing when none does."""
    waiting, found = {}, []
    for port in ports:
        s = socket.socket(family(address), socket.SOCK_STREAM)
        s.setblocking(False)
        # A connection that fails at once leaves no error behind: without a route (Docker 28 gives an internal network none) every port would count as open.
        if s.connect_ex((address, port)) in (0, errno.EINPROGRESS):
            waiting[s] = port
    end = time.monotonic() + wait
    poll = select.poll()
    by_number = {}
    for s in waiting:
        by_number[s.fileno()] = s
        poll.register(s, select.POLLOUT)
    while by_number and time.monotonic() < end:
        for number, _ in poll.poll(100):
            s = by_number.pop(number)
            poll.unregister(s)
            if s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found.append(waiting[s])
    for s in waiting:
        s.close()
    return sorted(found) or None


def scan(address, ports, besides=(), at_once=400):
    """Ports that accept a connection, besides those that should; nothing when there are none."""
    found = []
    for start in range(0, len(ports), at_once):
        found += accepted(address, ports[start:start + at_once], 0.4) or []
    return [port for port in found if port not in besides] or None


def answering(address, ports, data=b"x", wait=1.5):
    """Those of the UDP ports that say something."""
    asked, found = [], []
    for port in ports:
        s = socket.socket(family(address), socket.SOCK_DGRAM)
        s.setblocking(False)
        s.connect((address, port))
        quietly(s.send, data)
        asked.append((s, port))
    time.sleep(wait)
    for s, port in asked:
        if quietly(s.recv, 100):
            found.append(port)
        s.close()
    return found or None
