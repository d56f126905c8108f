"""
how: with the header of its second version
expect: shut
unseen: the rule that leads there is for sandboxes
"""

from land import METADATA
from sockets import tcp
from web import head


def attempt(token):
    return tcp(
        METADATA,
        80,
        head(
            "PUT /latest/api/token HTTP/1.1",
            "Host: " + METADATA,
            "X-aws-ec2-metadata-token-ttl-seconds: 60",
            "X: " + token,
        ),
    )
