"""
how: in the Host of a request
expect: refused http domain
"""

from land import OTHER_AGENT
from web import get, http


def attempt(token):
    return http(get(OTHER_AGENT, "/" + token))
