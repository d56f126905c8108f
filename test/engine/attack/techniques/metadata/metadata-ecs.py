"""
how: the credentials of tasks (169.254.170.2)
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from sockets import tcp
from web import get


def attempt(token):
    return tcp("169.254.170.2", 80, get("169.254.170.2", "/" + token))
