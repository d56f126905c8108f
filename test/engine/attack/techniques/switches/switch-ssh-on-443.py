"""
how: SSH on the port of TLS
expect: shut
"""

from hello import say


def attempt(token):
    return say(f"SSH-2.0-{token}\r\n")
