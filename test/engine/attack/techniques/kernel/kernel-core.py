"""
how: the host's own program for crashes, which a pipe in core_pattern starts where the limit is 0
expect: shut
"""

import resource


def attempt(token):
    resource.setrlimit(4, (0, 0))
    return resource.getrlimit(4) != (1, 1) and "set"
