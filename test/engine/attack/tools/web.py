"""HTTP by hand: what is said is said as it is written here, byte by byte."""
from land import VIP, Lab
from sockets import tcp


def head(line, *headers):
    """A request's head."""
    return "\r\n".join([line, *headers, "", ""])


def http(*parts, to=None, port=80, **how):
    """Says it to the place of allowed names, and returns the status lines that came back."""
    said = tcp(to or VIP, port, *parts, **how)
    lines = [line.decode("latin1") for line in said.split(b"\n") if line.startswith(b"HTTP/")]
    return " | ".join(line.strip() for line in lines) or said[:80] or None


def get(host, path="/", *headers):
    return head(f"GET {path} HTTP/1.1", f"Host: {host}", *headers)


def kept(*later):
    """A first request that is allowed, and more on the same connection: all at once, or one after the other's answer."""
    first = get("allowed.test")
    answers = http(first, *later, pause=0.4)
    if not answers or "200" not in str(answers).split(" | ")[0]:
        raise Lab(f"the first request should have been answered, and was not: {answers}")
    return answers


def pipelined(*later):
    answers = http("".join([get("allowed.test"), *later]))
    if not answers or "200" not in str(answers).split(" | ")[0]:
        raise Lab(f"the first request should have been answered, and was not: {answers}")
    return answers


def chunked(*parts):
    return "".join(f"{len(part):x}\r\n{part}\r\n" for part in parts) + "0\r\n\r\n"


def post(host, headers, body="", path="/"):
    return head(f"POST {path} HTTP/1.1", f"Host: {host}", *headers) + body


def frame2(kind, flags, stream, payload=b""):
    """A frame of HTTP/2."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def request2(host, path):
    """HTTP/2 from its preface to a whole request, headers written plainly."""
    def literal(name, value):
        return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
    block = literal(":method", "GET") + literal(":scheme", "http") + literal(":authority", host) + literal(":path", path)
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame2(4, 0, 0) + frame2(1, 5, 1, block)


def served(said):
    """What was answered, when it was an answer and no refusal."""
    return said if said and " 2" in str(said).split(" | ")[0][:12] else None
