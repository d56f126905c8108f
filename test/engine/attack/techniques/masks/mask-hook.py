"""
how: a hook of one's own
expect: shut
"""

from masks import beside, hook


def attempt(token):
    return beside(lambda at: hook(f"{at}/.git/hooks"))
