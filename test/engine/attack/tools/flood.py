"""Too much of everything, for a few seconds. What counts is whether the gateway is there afterwards, and whether another
client noticed."""
import os
import socket
import time

import hello
import names
from frames import EVERYBODY, by, gateway, ipv4, tcp_part, udp_part
from land import AGENT, GATEWAY, RESOLVER, VIP


def _connected(address, port):
    s = socket.socket()
    s.settimeout(0.5)
    s.connect((address, port))
    return s


def _many(count, address, port):
    """As many connections as are given, up to `count`."""
    held = []
    for _ in range(count):
        try:
            held.append(_connected(address, port))
        except OSError:
            break
    return held


def hold(count, port, first=b"", seconds=3, to=None):
    """Connections that are opened and then say nothing more."""
    held = _many(count, to or VIP, port)
    for s in held:
        try:
            s.sendall(first)
        except OSError:
            pass
    time.sleep(seconds)
    for s in held:
        s.close()
    return f"{len(held)} connections"


def drip(count, port, head, seconds=4):
    """Slow requests: a byte now and then on each of many connections."""
    held, data = _many(count, VIP, port), head.encode() if isinstance(head, str) else head
    end, at = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for s in held:
            try:
                s.sendall(data[at % len(data):at % len(data) + 1])
            except OSError:
                pass
        at += 1
        time.sleep(0.2)
    for s in held:
        s.close()
    return f"{len(held)} connections"


def repeat(what, seconds=3):
    """The same again and again; how often it went is no matter."""
    end, times = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            what()
        except OSError:
            pass
        times += 1
    return f"{times} times"


def questions(seconds=3):
    """Questions for names that nobody allowed, without waiting for answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        return repeat(lambda: s.sendto(names.question(f"{os.urandom(12).hex()}.evil.test"), (RESOLVER, 53)), seconds)


def refusals(seconds=3):
    """Requests that leave a line of audit each, as fast as they go."""
    def one():
        with _connected(VIP, 80) as s:
            s.sendall(f"GET / HTTP/1.1\r\nHost: {os.urandom(90).hex()}.evil.test\r\n\r\n".encode())
            s.recv(1000)
    return repeat(one, seconds)


def handshakes(seconds=3):
    """Handshakes for names that nobody allowed."""
    def one():
        with _connected(VIP, 443) as s:
            s.sendall(hello.record(hello.message(f"{os.urandom(20).hex()}.evil.test")))
            s.recv(1000)
    return repeat(one, seconds)


def closed_ports(seconds=3):
    """Packets that the gateway's rules refuse and log."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        return repeat(lambda: s.sendto(os.urandom(900), (GATEWAY, 9)), seconds)


def syns(seconds=3):
    """Half connections from addresses that are not there."""
    to = gateway()

    def one():
        source = f"{AGENT.rsplit('.', 1)[0]}.{2 + os.urandom(1)[0] % 120}"
        by(to, ipv4(VIP, 6, tcp_part(VIP, 443, source=source), source=source), times=20)
    return repeat(one, seconds)


def fragments(seconds=3):
    """First halves of packets, whose second halves never come."""
    to = gateway()
    return repeat(lambda: by(to, ipv4(VIP, 17, udp_part(VIP, 53, os.urandom(1000)), fragment=0x2000), times=20), seconds)


def machines(seconds=2):
    """Frames from ever new machines, to fill the table of who is where."""
    return repeat(lambda: by(EVERYBODY, ipv4(GATEWAY, 17, b"x" * 20), source="02:" + os.urandom(5).hex(":"), times=1), seconds)
