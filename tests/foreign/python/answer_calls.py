"""A bot that answers one call and hangs up, rejects another and redirects a third, with Microsoft's SDK."""

from kiota_abstractions.api_error import APIError
from msgraph.generated.communications.calls.item.answer.answer_post_request_body import AnswerPostRequestBody
from msgraph.generated.communications.calls.item.call_item_request_builder import CallItemRequestBuilder
from msgraph.generated.communications.calls.item.redirect.redirect_post_request_body import (
    RedirectPostRequestBody,
)
from msgraph.generated.communications.calls.item.reject.reject_post_request_body import RejectPostRequestBody
from msgraph.generated.models.call_direction import CallDirection
from msgraph.generated.models.call_state import CallState
from msgraph.generated.models.identity import Identity
from msgraph.generated.models.identity_set import IdentitySet
from msgraph.generated.models.invitation_participant_info import InvitationParticipantInfo
from msgraph.generated.models.modality import Modality
from msgraph.generated.models.reject_reason import RejectReason
from msgraph.generated.models.service_hosted_media_config import ServiceHostedMediaConfig

from bot import run


async def answers(bot):
    call = bot.calls.by_call_id(await bot.ringing("call user Lene.Aaling About the build"))
    await call.answer.post(
        AnswerPostRequestBody(
            accepted_modalities=[Modality.Audio],
            media_config=ServiceHostedMediaConfig(
                odata_type="#microsoft.graph.serviceHostedMediaConfig", pre_fetch_media=[]
            ),
        )
    )
    await bot.next("updated", "establishing")
    await bot.next("updated", "established")
    found = await call.get()
    assert found.state == CallState.Established, found.state
    assert found.direction == CallDirection.Incoming, found.direction
    assert found.subject == "About the build", found.subject
    assert found.source.identity.user.display_name == "Lene Aaling", found.source
    assert found.callback_uri == bot.webhook.url, found.callback_uri
    assert isinstance(found.media_config, ServiceHostedMediaConfig), found.media_config
    options = CallItemRequestBuilder.CallItemRequestBuilderGetQueryParameters(select=["id", "state"])
    configuration = CallItemRequestBuilder.CallItemRequestBuilderGetRequestConfiguration(
        query_parameters=options
    )
    selected = await call.get(configuration)
    assert selected.id == found.id and selected.subject is None, selected
    await call.keep_alive.post()
    await call.delete()
    await bot.next("updated", "terminating")
    ended = await bot.next("deleted", "terminated")
    assert int(ended["resultInfo"]["code"]) == 200, ended
    try:
        await call.get()
    except APIError as error:
        assert error.response_status_code == 404 and error.error.code == "8522", error
    else:
        raise AssertionError("a call that has ended is found")


async def rejects(bot):
    call = bot.calls.by_call_id(await bot.ringing("call phone +14255550100"))
    await call.reject.post(RejectPostRequestBody(reason=RejectReason.Busy))
    await bot.next("deleted")


async def redirects(bot):
    call = bot.calls.by_call_id(await bot.ringing("call guest Ann"))
    target = InvitationParticipantInfo(
        odata_type="#microsoft.graph.invitationParticipantInfo",
        identity=IdentitySet(
            odata_type="#microsoft.graph.identitySet",
            application=Identity(
                odata_type="#microsoft.graph.identity",
                display_name="another bot",
                id="22bfd41f-550e-477d-8789-f6f7bd2a5e8b",
            ),
        ),
    )
    body = RedirectPostRequestBody(targets=[target], callback_uri=bot.webhook.url)
    body.additional_data = {"routingPolicies": ["disableForwarding"]}
    await call.redirect.post(body)
    await bot.next("updated", "redirecting")
    await bot.next("deleted", "terminated")


async def program(bot):
    await answers(bot)
    await rejects(bot)
    await redirects(bot)


run(program)
