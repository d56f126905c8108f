"""TLS by hand: a ClientHello of any shape, cut as one likes; and TLS by the book, for what comes after the handshake."""
import os
import socket
import ssl
import struct

from land import VIP, Lab
from sockets import heard, tcp


def _sized(format_, data):
    return struct.pack(format_, len(data)) + data


def _u24(data):
    return len(data).to_bytes(3, "big") + data


def extension(kind, data):
    return struct.pack("!HH", kind, len(data)) + data


def sni(*listed, kind=0):
    """The extension with the names, in one list."""
    entries = b"".join(bytes([kind]) + _sized("!H", _bytes(name)) for name in listed)
    return extension(0, _sized("!H", entries))


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin1")


GREASE = 0x3A3A


def message(name=None, before=b"", after=b"", version=0x0303, ciphers=(0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0x009C)):
    """A ClientHello as clients of today say it; a server that has the name answers with its own hello."""
    extensions = before + (b"" if name is None else sni(name)) + b"".join([
        extension(10, _sized("!H", struct.pack("!2H", 29, 23))),
        extension(11, b"\1\0"),
        extension(13, _sized("!H", struct.pack("!6H", 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501))),
        extension(43, _sized("!B", struct.pack("!2H", 0x0304, 0x0303))),
        extension(51, _sized("!H", struct.pack("!H", 29) + _sized("!H", os.urandom(32)))),
    ]) + after
    body = (struct.pack("!H", version) + os.urandom(32) + _sized("!B", os.urandom(32))
            + _sized("!H", struct.pack(f"!{len(ciphers)}H", *ciphers)) + b"\1\0" + _sized("!H", extensions))
    return b"\1" + _u24(body)


def record(handshake, kind=22, version=0x0301):
    return bytes([kind]) + struct.pack("!HH", version, len(handshake)) + handshake


def records(handshake, *sizes):
    """The message over several records; the last takes the rest."""
    out = b""
    for size in sizes:
        out, handshake = out + record(handshake[:size]), handshake[size:]
    return out + record(handshake)


def pieces(data, *at):
    """The bytes cut at the places, to be sent a segment each."""
    ends = [0, *at, len(data)]
    return [data[start:end] for start, end in zip(ends, ends[1:])]


def around(data, text):
    """The place in the middle of a text within the bytes."""
    return data.index(_bytes(text)) + len(text) // 2


def say(*parts, to=None, port=443, **how):
    return tcp(to or VIP, port, *parts, **how)


def quic(name):
    """A QUIC Initial as far as a wall could read it: its header and, unprotected, the name it is for."""
    return b"\xc3\0\0\0\1\x08" + os.urandom(8) + b"\0\0\x44\x9e" + _bytes(name).ljust(1200, b"\0")


def tls(name, *requests, to=None, port=443, alpn=None):
    """TLS by the book, whoever's certificate it is: says the requests one after the other, returns all that was answered."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(alpn)
    with socket.create_connection((to or VIP, port), 4) as s, context.wrap_socket(s, server_hostname=name) as t:
        t.settimeout(1.5)
        said = b""
        for request in requests:
            t.sendall(_bytes(request))
            said += heard(t)
        return said or "shaken hands"


def inside(name, host, path="/"):
    """A request for one name inside TLS for another."""
    return tls(name, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")


def resumed(first, second):
    """A session of one name used again under another."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection((VIP, 443), 4) as s, context.wrap_socket(s, server_hostname=first) as t:
        session = t.session
    if session is None:
        raise Lab("the first name gave no session")
    with socket.create_connection((VIP, 443), 4) as s, context.wrap_socket(s, server_hostname=second, session=session) as t:
        return t.session_reused
