"""
how: with headers that some take for Host
expect: shut
"""

from land import bad, good
from web import get, http


def attempt(token):
    return http(
        get(
            bad(token),
            "/",
            "X-Forwarded-Host: " + good(token),
            "X_Host: " + good(token),
            "X-Original-Host: " + good(token),
        )
    )
