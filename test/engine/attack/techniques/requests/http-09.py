"""
how: in HTTP/0.9
expect: shut
"""

from web import http


def attempt(token):
    return http("GET /" + token + "\r\n")
