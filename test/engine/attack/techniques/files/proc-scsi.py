"""
how: the machine's disks read
expect: shut
"""

from confinement import listed


def attempt(token):
    return listed("/proc/scsi")
