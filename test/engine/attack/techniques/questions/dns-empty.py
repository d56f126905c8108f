"""
how: that holds no question
expect: shut
"""

from names import send


def attempt(token):
    return send(b"\0\1\1\0" + b"\0" * 8 + token.encode())
