"""
how: root, by sudo, su or doas
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("sudo -n id || su -c id </dev/null || doas id || pkexec id")
