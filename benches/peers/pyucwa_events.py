"""Feeds a recorded event stream to pyucwa, REPETITIONS times.

    python3 pyucwa_events.py CHECKOUT RECORDING REPETITIONS

CHECKOUT is a checkout of https://github.com/tonybaloney/pyucwa. Its requests are replaced by functions that return at once, and
its module `requests` is not needed. The loop is that of its `app.py`, but hands over the events of all senders. The log goes
to a file, as it would to a terminal.
"""

import json
import logging
import sys
import types

checkout, recording, repetitions = sys.argv[1:]
sys.path.insert(0, checkout)

# pyucwa imports these for its requests, which are not sent here.
for name in ("requests", "future", "future.moves", "future.moves.urllib", "future.moves.urllib.parse"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["future.moves.urllib.parse"].urlparse = None

from ucwa import events  # noqa: E402

CONVERSATION = {"_links": {"messaging": {"href": "/ucwa/messaging"}}}
events.oauth_request = lambda *_: CONVERSATION
events.oauth_post_request = lambda *_: {}
events.send_message = lambda *_: {}

with open(recording, encoding="utf-8") as file:
    bodies = json.load(file)
result = sys.stdout
sys.stdout = open("/dev/null", "w", encoding="utf-8")
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
logging.Logger.warn = logging.Logger.warning

seen = 0
config = {"redirect_uri": "https://client.contoso.example"}
for _ in range(int(repetitions)):
    for body in bodies:
        for sender in json.loads(body).get("sender", []):
            events.process_events(sender["events"], "https://pool.contoso.example", "cwt=demo", config)
            seen += len(sender["events"])
print(seen, file=result)
