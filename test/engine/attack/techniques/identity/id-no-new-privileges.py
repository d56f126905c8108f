"""
how: privileges by exec
expect: shut
"""

from confinement import status


def attempt(token):
    return None if status("NoNewPrivs") == "1" else "NoNewPrivs is off"
