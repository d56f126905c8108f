"""
how: whose name points to itself
expect: shut
"""

from names import question, send


def attempt(token):
    return send(question("allowed.test")[:12] + b"\xc0\x0c\0\1\0\1" + token.encode())
