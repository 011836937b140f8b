"""Runs a command with a terminal of its own, types something, and prints what the terminal showed, as JSON."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

typed, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(command[0], command)

shown = b""
end = time.monotonic() + 30
while time.monotonic() < end:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if not ready:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed.
        break
    if not data:
        break
    shown += data
    if typed and b"(hidden)" in shown:
        os.write(terminal, typed.encode().decode("unicode_escape").encode("latin-1"))
        typed = ""
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode()}))
