"""
how: for an allowed name, and another one's Host inside: domain fronting on a shared address
expect: open
"""

from hello import inside


def attempt(token):
    return inside("allowed.test", f"{token}.neighbour.test")
