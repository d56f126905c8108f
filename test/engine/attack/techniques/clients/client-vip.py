"""
how: its gateway, for what it may reach
expect: shut
"""

from hello import tls
from land import OTHER_VIP


def attempt(token):
    return tls("also.test", to=OTHER_VIP)
