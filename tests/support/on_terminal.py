# A program on a terminal of its own: python3 on_terminal.py COLUMNS ROWS PROGRAM ARGS... What it writes comes out here; lines on
# standard input are orders: "size COLUMNS ROWS", "type TEXT", "signal NUMBER".
import fcntl, os, pty, select, struct, sys, termios


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def obey(fd, pid, order):
    word, _, rest = order.partition(" ")
    if word == "size":
        set_size(fd, *rest.split())
    elif word == "type":
        os.write(fd, rest.encode())
    elif word == "signal":
        os.kill(pid, int(rest))


pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    select.select([0], [], [])  # the size comes first
    sys.stdin.readline()
    os.execvp(sys.argv[3], sys.argv[3:])
set_size(fd, sys.argv[1], sys.argv[2])
os.write(fd, b"go\n")
orders = b""
sources = [fd, 0]
while True:
    ready, _, _ = select.select(sources, [], [])
    if 0 in ready:
        more = os.read(0, 4096)
        if not more:
            sources.remove(0)
        orders += more
        *whole, orders = orders.split(b"\n")
        for order in whole:
            obey(fd, pid, order.decode())
    if fd in ready:
        try:
            text = os.read(fd, 65536)
        except OSError:  # nobody has the terminal any more
            break
        os.write(1, text)
_, status = os.waitpid(pid, 0)
modes = termios.tcgetattr(fd)[3]
print("\nmodes:", "canonical" if modes & termios.ICANON else "raw", "echo" if modes & termios.ECHO else "silent")
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
