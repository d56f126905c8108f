"""
how: TLS to an unlisted name through the port of an allowed one's SSH
expect: shut
unseen: nobody listens there
"""

from hello import tls
from land import GITVIP, bad


def attempt(token):
    return tls(bad(token), to=GITVIP, port=9418)
