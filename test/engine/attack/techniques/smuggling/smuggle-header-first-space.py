"""
how: by a space before the first header
expect: shut
"""

from land import bad, good
from web import http


def attempt(token):
    return http("GET / HTTP/1.1\r\n Host: " + bad(token) + "\r\nHost: " + good(token) + "\r\n\r\n")
