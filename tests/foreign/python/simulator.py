"""Runs `rsvp simulate` for a program: its console, its configuration, and the requests that it marked."""

import atexit
import os
import queue
import re
import subprocess
import threading

# A request in the log, such as `202 POST /v1.0/… {…}  # answer of call 1  ! the rule that was broken`.
REQUEST = re.compile(r"^\d+ [A-Z]+ \S+.*  # .*$")
MARK = re.compile(r"  ! (.*)$")
TIMEOUT = 20


class Simulator:
    """A running simulator that notifies the webhook at `notify`."""

    def __init__(self, notify):
        command = [os.environ["RSVP"], "simulate", "--listen", "127.0.0.1:0", "--notify", notify]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        atexit.register(self.process.kill)
        self.lines = []
        self.arrived = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.settings = {}
        while "openid_url" not in self.settings:
            found = re.match(r'^\s+(\w+) = "(.*)"$', self.arrived.get(timeout=TIMEOUT))
            if found:
                self.settings[found[1]] = found[2]

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self.arrived.put(self.lines[-1])

    def command(self, line):
        """Executes a line in the console."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, text):
        """Waits for a line of the output that contains `text`, and returns it."""
        while True:
            line = self.arrived.get(timeout=TIMEOUT)
            if text in line:
                return line

    def stop(self):
        """Ends the simulator; returns the requests that it marked as wrong."""
        self.command("quit")
        self.process.wait(timeout=TIMEOUT)
        return [line for line in self.lines if REQUEST.match(line) and MARK.search(line)]
