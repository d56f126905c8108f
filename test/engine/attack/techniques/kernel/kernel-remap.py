"""
how: pages in another order, by the kernel's oldest means
expect: shut
"""

import ctypes
import mmap

from confinement import call


def attempt(token):
    m = mmap.mmap(-1, 8192)
    return call("remap_file_pages", ctypes.addressof(ctypes.c_char.from_buffer(m)), 4096, 0, 0, 0)
