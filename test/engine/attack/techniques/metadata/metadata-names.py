"""
how: by the names it has
expect: shut
unseen: the lab's container resolves nothing by the fake internet
"""

from names import in_a_shell


def attempt(token):
    return [
        in_a_shell(f"curl -sSf -m 2 http://{name}/{token}")
        for name in ("metadata.google.internal", "metadata", "instance-data")
    ]
