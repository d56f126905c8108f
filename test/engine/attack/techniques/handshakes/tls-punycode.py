"""
how: for a name in Punycode
expect: refused tls domain
"""

from hello import message, record, say


def attempt(token):
    return say(record(message(f"{token}.xn--wld-hma.test")))
