import ctypes
import mmap
import os

held = []


def asks(call):
    child = os.fork()
    if not child:
        os._exit(42 if call() == 0 else 1)
    return os.waitpid(child, 0)[1] == 42 << 8


def interrupt_80():
    # mov eax, 310 (unshare of i386); mov ebx, 0x10000000; int 0x80; ret
    code = bytes.fromhex("53b836010000bb00000010cd805bc3")
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def breach():
    if not held:
        libc = ctypes.CDLL(None)
        arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
        calls = (
            lambda: libc.syscall(272, 0x10000000),
            lambda: libc.syscall(0x40000000 | 272, 0x10000000),
            lambda: 0 if libc.syscall(435, arguments, 88) >= 0 else 1,
            lambda: 0 if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0 else 1,
            interrupt_80,
        )
        answers = [asks(call) for call in calls]
        print(answers)
        held.append(any(answers))
    return held[0]
