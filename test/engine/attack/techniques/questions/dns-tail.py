"""
how: with a message behind its end
expect: shut
"""

from names import question, send


def attempt(token):
    return send(question("allowed.test") + token.encode())
