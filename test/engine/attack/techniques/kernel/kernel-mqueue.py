"""
how: a part of the user's bytes for message queues
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mq_open", b"x", 66, 0o600, 0)
