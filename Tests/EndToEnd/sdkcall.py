"""Runs in a virtual environment of one of Microsoft's SDKs: calls GetUser and SearchAccounts with tokens from valetkey.

sdkcall.py LOCATION ACCOUNT, with valetkey.py on the path.
"""

import json
import sys

from bingads.authorization import AuthorizationData
from bingads.service_client import ServiceClient
from valetkey import BingAdsAuthentication


class Counting(BingAdsAuthentication):
    retries = 0

    def _replace(self):
        self.retries += 1
        super()._replace()


class Calls:
    def __init__(self, location, account):
        self.authentication = Counting(account)
        data = AuthorizationData(authentication=self.authentication)
        self.client = ServiceClient("CustomerManagementService", 13, data, "production", location=location)

    def call(self, work):
        # The SOAP client repeats a call by itself.
        return work() if hasattr(self.client, "soap_client") else self.authentication.call(work)

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
print(json.dumps({"user": str(user), "accounts": [str(account) for account in accounts], "retries": calls.authentication.retries}))
