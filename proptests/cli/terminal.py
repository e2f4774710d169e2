"""Runs a command in a terminal of this many columns, and prints what it writes there, without what steers the terminal.

terminal.py COLUMNS COMMAND...
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios

columns, *command = sys.argv[1:]
process, terminal = pty.fork()
if process == 0:
    # The terminal must have its size before anybody asks for it.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 200, int(columns), 0, 0))
    os.environ.pop("COLUMNS", None)
    os.execvp(command[0], command)
written = b""
while True:
    try:
        some = os.read(terminal, 65536)
    except OSError:
        # So Linux says that nobody has the terminal open any more.
        break
    if not some:
        break
    written += some
_, status = os.waitpid(process, 0)
sys.stdout.buffer.write(re.sub(rb"\x1b\[[?0-9;]*[A-Za-z]|\r", b"", written))
sys.exit(os.waitstatus_to_exitcode(status))
