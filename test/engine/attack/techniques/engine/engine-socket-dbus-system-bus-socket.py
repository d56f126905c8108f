"""
how: its socket /run/dbus/system_bus_socket
expect: shut
"""

from confinement import unix


def attempt(token):
    return unix("/run/dbus/system_bus_socket")
