"""
how: for an allowed name, with a Host in the trailer, where it is no Host
expect: open
"""

from land import bad
from web import http, post


def attempt(token):
    return http(post("allowed.test", ["Transfer-Encoding: chunked"], "1\r\nx\r\n0\r\nHost: " + bad(token) + "\r\n\r\n"))
