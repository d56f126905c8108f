"""
how: a line in /etc/passwd
expect: shut
"""

from confinement import write


def attempt(token):
    return write("/etc/passwd", "root::0:0::/:/bin/sh")
