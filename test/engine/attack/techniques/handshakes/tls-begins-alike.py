"""
how: for a name that begins as an allowed one
expect: refused tls domain
"""

from hello import message, record, say
from land import bad


def attempt(token):
    return say(record(message("allowed.test." + bad(token))))
