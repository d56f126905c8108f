"""
how: the secret below `/proc/self/root`
expect: shut
"""

from masks import beside, secret


def attempt(token):
    return beside(lambda at: secret(f"/proc/self/root{at}/.env"))
