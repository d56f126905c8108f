"""
how: a websocket that the site does not speak, then a request for an unlisted name
expect: shut
"""

from land import bad
from web import get, http


def attempt(token):
    return http(get("allowed.test", "/", "Connection: Upgrade", "Upgrade: websocket"), get(bad(token)), pause=0.4)
