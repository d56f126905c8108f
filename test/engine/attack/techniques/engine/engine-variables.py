"""
how: variables of the first process that hold a secret
expect: shut
"""

from names import in_a_shell


def attempt(token):
    return in_a_shell('tr "\\0" "\\n" </proc/1/environ | grep -iE "token|secret|password|docker_host"')
