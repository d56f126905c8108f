"""
how: of slow requests
expect: shut
"""

from flood import drip


def attempt(token):
    return drip(300, 80, "GET / HTTP/1.1\r\nX: " + "y" * 100)
