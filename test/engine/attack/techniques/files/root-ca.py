"""
how: a certificate of one's own among the trusted
expect: shut
"""

from confinement import make


def attempt(token):
    return make("/etc/ssl/certs/x.pem")
