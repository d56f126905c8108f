"""
how: the secret, by its name
expect: shut
"""

from masks import beside, secret


def attempt(token):
    return beside(lambda at: secret(f"{at}/.env"))
