"""
how: for an allowed name, and for another behind the end of the extensions
expect: refused tls bad-hello
"""

from hello import message, record, say, sni
from land import bad, good


def attempt(token):
    return say(
        record(
            message(good(token))[:1]
            + (len(message(good(token))[4:]) + len(sni(bad(token)))).to_bytes(3, "big")
            + message(good(token))[4:]
            + sni(bad(token))
        )
    )
