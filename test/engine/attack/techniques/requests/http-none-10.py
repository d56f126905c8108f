"""
how: for nobody, in HTTP/1.0
expect: shut
"""

from web import head, http


def attempt(token):
    return http(head("GET /" + token + " HTTP/1.0"))
