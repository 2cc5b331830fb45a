"""What the programs have in common: a simulator, a webhook that trusts it, and a Graph client."""

import asyncio
import sys

from graph_client import graph_client
from simulator import Simulator
from webhook import Webhook


class Bot:
    """A bot with a simulator of its own."""

    def __init__(self):
        self.webhook = Webhook()
        self.simulator = Simulator(self.webhook.url)
        settings = self.simulator.settings
        self.webhook.trust(settings["openid_url"], settings["client_id"], settings["tenant"])
        self.graph = graph_client(settings)

    @property
    def calls(self):
        return self.graph.communications.calls

    async def next(self, change, state=None, resource=""):
        """Waits for the next notification, which has to be this one; returns its `resourceData`."""
        notification = await asyncio.to_thread(self.webhook.next)
        data = notification.get("resourceData")
        told = data.get("state") if isinstance(data, dict) else None
        expected = (change, state, True)
        actual = (notification["changeType"], told, resource in notification["resourceUrl"])
        assert actual == expected, f"{notification} is not {change} {state} {resource}"
        return data

    async def ringing(self, command):
        """Makes the simulator call the bot, and returns the id of the call."""
        self.simulator.command(command)
        notification = await asyncio.to_thread(self.webhook.next)
        data = notification["resourceData"]
        assert (notification["changeType"], data["state"]) == ("created", "incoming"), notification
        return notification["resourceUrl"].rsplit("/", 1)[-1]


def run(program):
    """Runs a program with a bot; fails if the simulator marks one of its requests as wrong."""
    bot = Bot()
    marks = []
    try:
        asyncio.run(program(bot))
    finally:
        marks = bot.simulator.stop()
    if marks:
        sys.exit("the simulator marked\n" + "\n".join(marks))
