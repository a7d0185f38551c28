import re

held = []


def breach():
    if held:
        return held[0]
    # the pattern does not match itself
    needle = re.compile(b"NEIGHBOU[R]-7[f]3a")
    found = False
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            low, high, mode = re.match("(\\w+)-(\\w+) (\\S+)", line).groups()
            if "rw" not in mode:
                continue
            try:
                memory.seek(int(low, 16))
                found |= bool(needle.search(memory.read(int(high, 16) - int(low, 16))))
            except (OSError, ValueError, OverflowError):
                pass
    held.append(found)
    return found
