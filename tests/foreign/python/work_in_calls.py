"""A bot that calls a user, invites and mutes participants, plays prompts and hears tones, with Microsoft's SDK."""

from msgraph.generated.communications.calls.item.answer.answer_post_request_body import AnswerPostRequestBody
from msgraph.generated.communications.calls.item.mute.mute_post_request_body import MutePostRequestBody
from msgraph.generated.communications.calls.item.participants.invite.invite_post_request_body import (
    InvitePostRequestBody,
)
from msgraph.generated.communications.calls.item.play_prompt.play_prompt_post_request_body import (
    PlayPromptPostRequestBody,
)
from msgraph.generated.communications.calls.item.subscribe_to_tone.subscribe_to_tone_post_request_body import (
    SubscribeToTonePostRequestBody,
)
from msgraph.generated.models.call import Call
from msgraph.generated.models.call_direction import CallDirection
from msgraph.generated.models.call_state import CallState
from msgraph.generated.models.identity import Identity
from msgraph.generated.models.identity_set import IdentitySet
from msgraph.generated.models.invitation_participant_info import InvitationParticipantInfo
from msgraph.generated.models.media_info import MediaInfo
from msgraph.generated.models.media_prompt import MediaPrompt
from msgraph.generated.models.modality import Modality
from msgraph.generated.models.operation_status import OperationStatus
from msgraph.generated.models.service_hosted_media_config import ServiceHostedMediaConfig

from bot import run


def person(name, identity):
    """Returns an `invitationParticipantInfo` of a user."""
    user = Identity(odata_type="#microsoft.graph.identity", display_name=name, id=identity)
    identities = IdentitySet(odata_type="#microsoft.graph.identitySet", user=user)
    return InvitationParticipantInfo(
        odata_type="#microsoft.graph.invitationParticipantInfo", identity=identities
    )


def media():
    return ServiceHostedMediaConfig(
        odata_type="#microsoft.graph.serviceHostedMediaConfig", pre_fetch_media=[]
    )


async def calls_a_user(bot):
    john = person("John", "112f7296-5fa4-42ca-bae8-6a692b15d4b8")
    created = await bot.calls.post(
        Call(
            odata_type="#microsoft.graph.call",
            callback_uri=bot.webhook.url,
            targets=[john],
            requested_modalities=[Modality.Audio],
            media_config=media(),
        )
    )
    assert created.direction == CallDirection.Outgoing, created.direction
    assert created.state == CallState.Establishing, created.state
    await bot.next("updated", "establishing")
    await bot.next("updated", "established")
    roster = await bot.calls.by_call_id(created.id).participants.get()
    assert [it.info.identity.user.display_name for it in roster.value[1:]] == ["John"], roster
    await bot.calls.by_call_id(created.id).delete()
    await bot.next("updated", "terminating")
    await bot.next("deleted", "terminated")


async def works_in_a_group(bot):
    call = bot.calls.by_call_id(await bot.ringing("call user Lene.Aaling group"))
    body = AnswerPostRequestBody(
        callback_uri=bot.webhook.url, accepted_modalities=[Modality.Audio], media_config=media()
    )
    await call.answer.post(body)
    await bot.next("updated", "establishing")
    await bot.next("updated", "established")
    await bot.next("updated", resource="/participants")
    ann = person("Ann", "278405a3-f568-4b3e-b684-009193463064")
    operation = await call.participants.invite.post(
        InvitePostRequestBody(participants=[ann], client_context="invite")
    )
    assert operation.status == OperationStatus.Running, operation
    ended = await bot.next("deleted", resource="/operations/" + operation.id)
    assert (ended["status"], ended["clientContext"]) == ("completed", "invite"), ended
    roster = await bot.next("updated", resource="/participants")
    assert len(roster) == 3, roster
    operation = await call.mute.post(MutePostRequestBody(client_context="mute"))
    assert operation.status == OperationStatus.Completed, operation
    assert (await bot.next("updated", resource="/participants"))[0]["isMuted"] is True
    await call.participants.by_participant_id(roster[2]["id"]).delete()
    assert len(await bot.next("updated", resource="/participants")) == 2
    await hears_and_speaks(bot, call)


async def hears_and_speaks(bot, call):
    beep = MediaInfo(
        odata_type="#microsoft.graph.mediaInfo",
        uri="https://cdn.contoso.example/beep.wav",
        resource_id="1D6DE2D4-CD51-4309-8DAA-70768651088E",
    )
    prompt = MediaPrompt(odata_type="#microsoft.graph.mediaPrompt", media_info=beep)
    operation = await call.play_prompt.post(
        PlayPromptPostRequestBody(prompts=[prompt], client_context="prompt")
    )
    assert operation.status == OperationStatus.Running, operation
    ended = await bot.next("deleted", resource="/operations/" + operation.id)
    assert ended["status"] == "completed", ended
    operation = await call.subscribe_to_tone.post(SubscribeToTonePostRequestBody(client_context="tones"))
    assert operation.client_context == "tones", operation
    bot.simulator.command("presses 2 5")
    assert (await bot.next("updated", "established"))["toneInfo"]["tone"] == "tone5"
    bot.simulator.command("hangs-up 2")
    await bot.next("deleted", "terminated")


async def program(bot):
    await calls_a_user(bot)
    await works_in_a_group(bot)


run(program)
