"""
how: more than its share of the processor
expect: shut
"""

import os


def attempt(token):
    return os.nice(-5)
