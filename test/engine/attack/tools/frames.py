"""What needs the power over packets: frames and packets made by hand (AF_PACKET, NET_RAW), and an interface changed (NET_ADMIN)."""
import ipaddress
import random
import socket
import struct
import subprocess
import time

from land import AGENT, GATEWAY, Lab

EVERYBODY = "ff:ff:ff:ff:ff:ff"
NOBODY = "02:de:ad:be:ef:01"
LINK = "eth0"


def own(what="address"):
    """This end of the link: its MAC address."""
    with open(f"/sys/class/net/{LINK}/{what}") as file:
        return file.read().strip()


def mac_of(address):
    """The MAC address of a neighbour, asked by the kernel's own ARP."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", (address, 53))
    except OSError:
        pass
    for _ in range(20):
        with open("/proc/net/arp") as file:
            for line in file:
                columns = line.split()
                if columns[0] == address and columns[2] != "0x0":
                    return columns[3]
        time.sleep(0.05)
    raise Lab(f"{address} has no MAC address")


def _mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _bytes(data):
    return data if isinstance(data, bytes) else data.encode()


def ipv4(to, protocol, payload, source=None, options=b"", fragment=0, ttl=64):
    """A packet. `fragment` is the flags and the offset as they are on the wire; 0x2000 says that more follow."""
    source, payload = source or AGENT, _bytes(payload)
    options += b"\0" * (-len(options) % 4)
    size = 20 + len(options)

    def head(check):
        return struct.pack(
            "!BBHHHBBH4s4s", 0x40 | size // 4, 0, size + len(payload), random.randrange(65536), fragment, ttl, protocol, check,
            socket.inet_aton(source), socket.inet_aton(to)) + options

    random_state = random.getstate()
    first = head(0)
    random.setstate(random_state)
    return head(checksum(first)) + payload


def ipv6(to, following, payload, source=None):
    source, payload = source or link_local(own()), _bytes(payload)
    return (struct.pack("!IHBB", 6 << 28, len(payload), following, 64)
            + ipaddress.ip_address(source).packed + ipaddress.ip_address(to).packed + payload)


def _pseudo(source, to, protocol, size):
    if ":" in to:
        return ipaddress.ip_address(source).packed + ipaddress.ip_address(to).packed + struct.pack("!II", size, protocol)
    return socket.inet_aton(source) + socket.inet_aton(to) + struct.pack("!BBH", 0, protocol, size)


def udp_part(to, port, data, source=None, source_port=None):
    source, data = source or AGENT, _bytes(data)
    head = struct.pack("!HHHH", source_port or random.randrange(20000, 60000), port, 8 + len(data), 0)
    check = checksum(_pseudo(source, to, 17, len(head) + len(data)) + head + data) or 0xFFFF
    return head[:6] + struct.pack("!H", check) + data


def tcp_part(to, port, data=b"", source=None, flags=0x02, source_port=None):
    source, data = source or AGENT, _bytes(data)
    head = struct.pack("!HHIIBBHHH", source_port or random.randrange(20000, 60000), port, random.randrange(2**32), 0, 0x50, flags, 64240, 0, 0)
    check = checksum(_pseudo(source, to, 6, len(head) + len(data)) + head + data)
    return head[:16] + struct.pack("!H", check) + head[18:] + data


def echo(data, kind=8, code=0, to=None):
    """An ICMP message, a ping unless said otherwise; with `to` ICMPv6, whose checksum covers the addresses."""
    body = struct.pack("!HH", 7, 1) + _bytes(data)
    head = struct.pack("!BBH", kind, code, 0)
    cover = _pseudo(link_local(own()), to, 58, len(head) + len(body)) if to else b""
    return struct.pack("!BBH", kind, code, checksum(cover + head + body)) + body


def frame(to, kind, payload, source=None, times=2):
    """Puts a frame on the link: `kind` is the EtherType."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind((LINK, 0))
        for _ in range(times):
            s.send(_mac(to) + _mac(source or own()) + struct.pack("!H", kind) + _bytes(payload))


def by(neighbour, packet, **how):
    """A packet handed to a neighbour by its MAC address, whatever the routes say: whoever has it may pass it on."""
    frame(neighbour, 0x86DD if packet[0] >> 4 == 6 else 0x0800, packet, **how)


def gateway():
    return mac_of(GATEWAY)


def vlan(number, kind, payload):
    return struct.pack("!HH", number, kind) + payload


def arp(operation, sender_mac, sender, target_mac, target):
    return (struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + _mac(sender_mac) + socket.inet_aton(sender)
            + _mac(target_mac) + socket.inet_aton(target))


def link_local(mac):
    """The link-local address that a machine makes itself of its MAC address."""
    m = _mac(mac)
    return str(ipaddress.ip_address(b"\xfe\x80" + b"\0" * 6 + bytes([m[0] ^ 2]) + m[1:3] + b"\xff\xfe" + m[3:]))


def ip(*arguments):
    """iproute2. @raises when it is refused"""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=10)
    if done.returncode:
        raise PermissionError(done.stderr.strip())
    return done.stdout


def undone(*arguments):
    """Takes a change of the interface back, if it came to be."""
    subprocess.run(["ip", *arguments], capture_output=True, timeout=10)


def heard_of_others(seconds=1.5):
    """What is on the link that is not for this machine, with the link in promiscuous mode: source and destination."""
    mine, seen = {_mac(own()), _mac(EVERYBODY), gateway() and _mac(gateway())}, set()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as s:
        s.bind((LINK, 0))
        index = socket.if_nametoindex(LINK)
        s.setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))
        s.settimeout(0.3)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                data = s.recv(2048)
            except TimeoutError:
                continue
            # Multicast is for everybody; the bridge and the gateway are the only neighbours there are.
            if data[0] & 1 == 0 and data[:6] not in mine and data[6:12] not in mine:
                seen.add(f"{data[6:12].hex(':')} to {data[:6].hex(':')}")
    return sorted(seen) or None


def changed(change, attempt):
    """With the change in force, the attempt; and the change undone, whatever came of it."""
    opposite = {"add": "del", "replace": "del"}
    before = own()
    ip(*change)
    try:
        return attempt()
    finally:
        kind, verb = next((n, word) for n, word in enumerate(change) if word in ("add", "replace", "set"))
        if change[:2] == ["link", "add"]:
            undone("link", "del", "x0")
        elif verb == "set":
            undone("link", "set", LINK, "promisc", "off", "address", before)
        else:
            undone(*change[:kind], opposite[verb], *change[kind + 1:])


def rewritten(path, line, attempt):
    """With the line before all others in a file, the attempt; and the file as it was, whatever came of it."""
    with open(path, "r+") as file:
        before = file.read()
    try:
        with open(path, "w") as file:
            file.write(line + "\n" + before)
        return attempt()
    finally:
        with open(path, "w") as file:
            file.write(before)
