"""
how: the secret of a directory, by its name
expect: shut
"""

from masks import beside, secret


def attempt(token):
    return beside(lambda at: secret(f"{at}/conf/deep/key"))
