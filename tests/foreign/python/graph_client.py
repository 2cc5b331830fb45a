"""Microsoft's Graph client for a service on this machine that speaks plain HTTP.

Two things differ from a client for the real service: `azure-identity` accepts only HTTPS, so the token comes
from a provider of our own, and the base URL of the adapter is the simulator's.
"""

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory

SCOPE = "https://graph.microsoft.com/.default"


class ClientCredentials(AccessTokenProvider):
    """Gets tokens by the client-credentials grant."""

    def __init__(self, settings):
        self._settings = settings
        self._token = None

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        if self._token is None:
            url = f"{self._settings['authority']}{self._settings['tenant']}/oauth2/v2.0/token"
            form = {
                "grant_type": "client_credentials",
                "client_id": self._settings["client_id"],
                "client_secret": self._settings["client_secret"],
                "scope": SCOPE,
            }
            async with httpx.AsyncClient(trust_env=False) as client:
                response = await client.post(url, data=form)
            self._token = response.raise_for_status().json()["access_token"]
        return self._token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator(["127.0.0.1"])


def graph_client(settings):
    """Returns a client for the service that the simulator's `settings` describe."""
    authentication = BaseBearerTokenAuthenticationProvider(ClientCredentials(settings))
    http = GraphClientFactory.create_with_default_middleware(client=httpx.AsyncClient(trust_env=False))
    adapter = GraphRequestAdapter(authentication, http)
    adapter.base_url = settings["base_url"]
    return GraphServiceClient(request_adapter=adapter)
