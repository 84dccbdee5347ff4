"""Runs in a virtual environment of one of Microsoft's SDKs: calls GetUser and SearchAccounts with tokens from valetkey.

sdkcall.py LOCATION ACCOUNT, with valetkey_ads.py of the quick start in the same folder's place on the path.
"""

import json
import sys

from bingads.authorization import AuthorizationData
from bingads.service_client import ServiceClient
from valetkey_ads import Valetkey


def stale(fault):
    """Whether a fault says that the token has expired: code 109 in SOAP, HTTP 401 in REST."""
    detail = getattr(getattr(fault, "fault", None), "detail", None)
    errors = getattr(getattr(detail, "AdApiFaultDetail", None), "Errors", None)
    if errors is None:
        return getattr(fault, "status", None) == 401
    entries = errors.AdApiError if isinstance(errors.AdApiError, list) else [errors.AdApiError]
    return any(str(entry.Code) == "109" for entry in entries)


class Calls:
    def __init__(self, location, account):
        self.valetkey = Valetkey(account)
        self.retries = 0
        data = AuthorizationData(authentication=self.valetkey)
        self.client = ServiceClient("CustomerManagementService", 13, data, "production", location=location)
        self.client.refresh_oauth_tokens_automatically = False

    def call(self, work):
        try:
            return work()
        except Exception as fault:
            if not stale(fault):
                raise
            self.retries += 1
            self.valetkey.is_stale = True
            return work()

    def soap(self):
        user = self.call(lambda: self.client.GetUser(UserId=None)).User
        predicates = {"Predicate": [{"Field": "UserId", "Operator": "Equals", "Value": user.Id}]}
        accounts = self.call(lambda: self.client.SearchAccounts(
            PageInfo={"Index": 0, "Size": 10}, Predicates=predicates))
        return user.Id, [account.Id for account in accounts.AdvertiserAccount]

    def rest(self):
        from openapi_client.models.customer import GetUserRequest, Paging, Predicate, SearchAccountsRequest
        user = self.call(lambda: self.client.GetUser(GetUserRequest(UserId=None))).User
        request = SearchAccountsRequest(
            Predicates=[Predicate(Field="UserId", Operator="Equals", Value=user.Id)], PageInfo=Paging(Index=0, Size=10))
        accounts = self.call(lambda: self.client.SearchAccounts(request)).Accounts
        return user.Id, [account.Id for account in accounts]


calls = Calls(*sys.argv[1:])
user, accounts = calls.soap() if hasattr(calls.client, "soap_client") else calls.rest()
print(json.dumps({"user": str(user), "accounts": [str(account) for account in accounts], "retries": calls.retries}))
