"""A webhook that checks tokens with PyJWT gets every kind of forged notification, and a new signing key."""

import asyncio

from bot import run

KINDS = [
    "no-token",
    "not-bearer",
    "garbage",
    "unsigned",
    "hmac-with-public-key",
    "wrong-audience",
    "wrong-issuer",
    "wrong-tenant",
    "no-tenant",
    "expired",
    "not-yet-valid",
    "no-expiry",
    "unknown-key",
    "stolen-kid",
]


async def program(bot):
    bot.simulator.command("forge all")
    for kind in KINDS:
        line = await asyncio.to_thread(bot.simulator.until, f"invalid token: {kind}")
        assert line.startswith("401 NOTIFY"), line
    assert len(bot.webhook.refused) >= len(KINDS), bot.webhook.refused
    # A signing key that the webhook does not know yet is read from the metadata.
    bot.simulator.command("rotate")
    await bot.ringing("call user Lene.Aaling")
    assert bot.webhook.received.empty()


run(program)
