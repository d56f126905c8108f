"""Listens on the given interfaces of this network namespace and says each technique's token that passes: "INTERFACE TOKEN".
What is on the wire is read as it is, so a token is seen in a question, a handshake, a Host header or a ping alike."""
import ctypes
import re
import socket
import struct
import sys
import threading

TOKEN = re.compile(rb"mk-[a-z0-9-]+?-km", re.IGNORECASE)
# A frame of more than this is somebody's download: techniques are small. Judged by the kernel, before it is copied.
LARGEST = 4000
INSTRUCTIONS = [(0x80, 0, 0, 0), (0x25, 1, 0, LARGEST), (0x06, 0, 0, 65535), (0x06, 0, 0, 0)]  # length > LARGEST ? none : all
SMALL = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in INSTRUCTIONS))
saying = threading.Lock()


def say(*words):
    with saying:
        print(*words, flush=True)


def listen(link):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as s:
        s.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", len(INSTRUCTIONS), ctypes.addressof(SMALL)))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        s.bind((link, 0))
        seen = set()
        say(link, "listening")
        while True:
            for token in TOKEN.findall(s.recv(65536)):
                if token not in seen:
                    seen.add(token)
                    say(link, token.decode().lower())


def join_groups():
    """This machine takes what is sent to the groups of mDNS and SSDP, on every link: as one with such services does."""
    # A socket has 20 of them at most.
    links = [(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), index) for index, _ in socket.if_nameindex()]
    for s, index in links:
        for group in ("224.0.0.251", "239.255.255.250"):
            try:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + struct.pack("4xi", index))
            except OSError:
                pass  # a link that is gone, or has no IPv4
    return links


joined = join_groups()
for link in sys.argv[1:]:
    threading.Thread(target=listen, args=(link,), daemon=True).start()
sys.stdin.read()
