"""
how: for a name that nobody allowed
expect: refused tls domain
"""

from hello import inside
from land import bad


def attempt(token):
    return inside(bad(token), bad(token))
