"""
how: for an allowed site's neighbour on its address
expect: refused tls domain
"""

from hello import inside
from land import good


def attempt(token):
    return inside(f"{token}.neighbour.test", good(token))
