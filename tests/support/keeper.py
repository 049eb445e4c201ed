"""Keeps one program running for as long as whoever started it is alive.

Run as `python keeper.py FOLDER USER GROUP PROGRAM …`. When its standard input closes, which happens
even if the test run is killed outright, the program is interrupted and the folder removed.
"""

import shutil
import signal
import subprocess
import sys


def number(word: str) -> int | None:
    return None if word == "None" else int(word)


def keep(folder: str, user: int | None, group: int | None, program: list[str]) -> int:
    others: list[int] | None = [] if user is not None else None
    # A shell starts what runs in its background deaf to interruptions, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(
            program, cwd="/", stdin=subprocess.DEVNULL, user=user, group=group, extra_groups=others
        ) as kept:
            sys.stdin.buffer.read()
            kept.send_signal(signal.SIGINT)
            try:
                return kept.wait(30)
            except subprocess.TimeoutExpired:
                kept.kill()
                return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], number(sys.argv[2]), number(sys.argv[3]), sys.argv[4:]))
