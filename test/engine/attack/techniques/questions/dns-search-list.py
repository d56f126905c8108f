"""
how: by a search list of one's own (LOCALDOMAIN)
expect: shut
unseen: the lab's container asks the engine's resolver
"""

from land import bad
from names import in_a_shell


def attempt(token):
    return in_a_shell(f"LOCALDOMAIN={bad(token)} getent hosts www")
