"""
how: by a header's name of 270 bytes (CVE-2021-40346)
expect: shut
"""

from land import bad, good
from web import get, http, post


def attempt(token):
    return http(post(good(token), ["Content-Length0" + "a" * 255 + ":", "Content-Length: 60"], get(bad(token))))
