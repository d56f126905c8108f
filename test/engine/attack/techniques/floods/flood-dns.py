"""
how: of questions
expect: shut
"""

from flood import questions


def attempt(token):
    return questions()
