"""
how: over HTTP: benchmark
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("benchmark.trap.test", "/" + token), wait=3)
