"""
how: FTP by HTTP
expect: shut
"""

from land import bad, good
from web import head, http


def attempt(token):
    return http(head(f"GET ftp://{bad(token)}/ HTTP/1.1", f"Host: {good(token)}"))
