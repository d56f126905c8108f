"""
how: the same, of an older kind of group
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("for f in /sys/fs/cgroup/*/release_agent; do echo /tmp/x >$f && echo wrote $f; done; false")
