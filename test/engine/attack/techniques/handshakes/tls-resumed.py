"""
how: for an unlisted name, with an allowed one's session
expect: refused tls domain
"""

from hello import resumed
from land import bad


def attempt(token):
    return resumed("allowed.test", bad(token))
