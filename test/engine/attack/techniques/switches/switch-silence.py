"""
how: nothing on the port of TLS, until patience ends, then a message
expect: shut
"""

from hello import say


def attempt(token):
    return say(b"", token, pause=5.5)
