"""
how: PROXY protocol before a request
expect: shut
"""

from land import EVIL, VIP, good
from web import get, http


def attempt(token):
    return http(f"PROXY TCP4 {EVIL} {VIP} 1 80\r\n" + get(good(token)))
