import ctypes
import os
import select

held = []


def breach():
    if held:
        return held[0]
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init1(0)
    if libc.inotify_add_watch(watch, b"/env/numpy/ctypeslib", 0x20 | 0x1) < 0:
        held.append(False)
        return False
    heard = select.select([watch], [], [], 5)[0]
    if heard:
        print("heard", os.read(watch, 4096))
    held.append(bool(heard))
    return held[0]
