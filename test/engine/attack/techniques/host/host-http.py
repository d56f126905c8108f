"""
how: by its address in a Host
expect: shut
"""

from land import HOSTS
from web import get, http


def attempt(token):
    return [http(get(address, "/" + token)) for address in HOSTS if ":" not in address] and None
