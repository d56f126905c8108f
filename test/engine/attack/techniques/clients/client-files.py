"""
how: its volumes and workspace
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell("grep -rsl of-globex /workspace /home /run /mnt /var/lib")
