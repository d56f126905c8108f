"""
how: over HTTP: docker
expect: refused http private-address
"""

from web import get, http


def attempt(token):
    return http(get("docker.trap.test", "/" + token), wait=3)
