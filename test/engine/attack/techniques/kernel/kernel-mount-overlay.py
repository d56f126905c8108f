"""
how: an overlay
expect: shut
"""

from confinement import call


def attempt(token):
    return call("mount", b"x", b"/tmp", b"overlay", 0, b"lowerdir=/etc,upperdir=/tmp,workdir=/tmp")
