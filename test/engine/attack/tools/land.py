"""Where the attacker is: addresses, ports and names in capitals, which the runner puts here before any technique is loaded."""


class Lab(Exception):
    """The lab does not work: the technique has proven nothing. The tests tell it from a failed attack by its name."""


def good(token):
    """An allowed name that only this attempt uses."""
    return f"{token}.wild.test"


def bad(token):
    """One that nobody allowed."""
    return f"{token}.evil.test"


def __getattr__(name):
    # Python itself asks a module for such names, and takes no other error for a no.
    if name.startswith("__"):
        raise AttributeError(name)
    raise Lab(f"nobody told where {name} is")
