"""
how: the secret by a way through what is masked and up again
expect: shut
"""

from masks import beside, secret


def attempt(token):
    return beside(lambda at: secret(f"{at}/.git/hooks/../../conf/deep/../../.env"))
