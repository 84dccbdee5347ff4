"""A stand-in of Microsoft Advertising's Customer Management service, REST v13 and SOAP v13, on loopback.

It refuses what the real one refuses: other paths, methods, content types, SOAP actions, namespaces, orders of elements.
"""

import http.server
import io
import json
import threading
import uuid
import xml.etree.ElementTree as xml
import zipfile

from daemon import Daemon
from tokenserver import Quiet, TokenServer

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
CUSTOMER = "{https://bingads.microsoft.com/Customer/v13}"
ENTITIES = "{https://bingads.microsoft.com/Customer/v13/Entities}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
NAMES = {0: "InternalError", 105: "InvalidCredentials", 106: "UserIsNotAuthorized", 109: "AuthenticationTokenExpired",
         117: "CallRateExceeded", 126: "IdentityTypeMismatch"}
CAMPAIGNS = "/CampaignManagement/v13/Campaigns/QueryByAccountId"
CAMPAIGNS_SOAP = "/Api/Advertiser/CampaignManagement/v13/CampaignManagementService.svc"
CAMPAIGN = "{https://bingads.microsoft.com/CampaignManagement/v13}"
# Secrets in a user's reply that nobody may see.
HIDDEN = "hidden-token-of-the-reply"


class Refusal(Exception):
    """A request that the real service would refuse."""


def want(present, what):
    if not present:
        raise Refusal(what)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path != "/report.zip":
            return self.send(404, "text/plain", "")
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("report.csv", "TimePeriod,AccountId,Impressions\n2026-11-23,30002,7\n")
        return self.send(200, "application/zip", file.getvalue())

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service = self.server.owner
        if self.path.startswith("/Reporting/"):
            return self.send(200, "application/json", json.dumps(service.report(self.path, self.headers)))
        if self.path in (CAMPAIGNS, CAMPAIGNS_SOAP):
            return self.campaigns(body)
        is_soap = self.path == "/Api/CustomerManagement/v13/CustomerManagementService.svc"
        try:
            operation, credentials, arguments = self.read_soap(body) if is_soap else self.read_rest(body)
        except Refusal as refusal:
            service.complaints.append(str(refusal))
            return self.send(400, "text/plain", str(refusal))
        if not is_soap and service.limit_next:
            service.limit_next = False
            return self.send(429, "application/json", "{}", {"Retry-After": "1"})
        code = service.judge(operation, credentials)
        if is_soap:
            status, text = service.soap_fault(code) if code is not None else (200, service.soap(operation, arguments))
            return self.send(status, "text/xml; charset=utf-8", text)
        status, members = service.rest_fault(code) if code is not None else (200, service.rest(operation, arguments))
        return self.send(status, "application/json; charset=utf-8", json.dumps(members),
                         {"TrackingId": service.tracking})

    def campaigns(self, body):
        """GetCampaignsByAccountId, which wants a customer, and in SOAP its Action."""
        service, is_soap = self.server.owner, self.path == CAMPAIGNS_SOAP
        if is_soap:
            root = xml.fromstring(body)
            credentials = {element.tag.removeprefix(CAMPAIGN): element.text for element in root[0]}
            want_all = credentials.pop("Action", None) == "GetCampaignsByAccountId"
            account = root[1][0].find(CAMPAIGN + "AccountId").text
        else:
            want_all = self.headers.get("Authorization", "").startswith("Bearer ")
            credentials = {name: self.headers.get(name) for name in ("CustomerId", "CustomerAccountId", "DeveloperToken")}
            credentials["AuthenticationToken"] = self.headers["Authorization"].removeprefix("Bearer ")
            account = json.loads(body)["AccountId"]
        if not want_all or account != credentials["CustomerAccountId"]:
            service.complaints.append(f"campaigns: {credentials}")
        code = service.judge("GetCampaignsByAccountId", credentials)
        if is_soap:
            status, text = service.soap_fault(code) if code is not None else (200, service.soap_campaigns())
            return self.send(status, "text/xml; charset=utf-8", text)
        status, members = service.rest_fault(code) if code is not None else (200, {"Campaigns": [{"Id": "7"}]})
        return self.send(status, "application/json; charset=utf-8", json.dumps(members))

    def send(self, status, kind, text, headers=None):
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def read_rest(self, body):
        operations = {"/CustomerManagement/v13/User/Query": "GetUser",
                      "/CustomerManagement/v13/Accounts/Search": "SearchAccounts"}
        want(self.path in operations, f"path {self.path}")
        want(self.headers.get("Content-Type", "").startswith("application/json"), "content type")
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        want(scheme == "Bearer" and token, "authorization")
        members = json.loads(body)
        credentials = {"AuthenticationToken": token, "DeveloperToken": self.headers.get("DeveloperToken"),
                       "IdentityProvider": self.headers.get("IdentityProvider")}
        if operations[self.path] == "GetUser":
            want(members.get("UserId") is None, "another user")
            return "GetUser", credentials, {}
        [predicate] = members["Predicates"]
        want((predicate["Field"], predicate["Operator"]) == ("UserId", "Equals"), "predicate")
        want(predicate["Value"] == "10001", "ids are strings")
        return "SearchAccounts", credentials, members["PageInfo"]

    def read_soap(self, body):
        want(self.headers.get("Content-Type", "").startswith("text/xml"), "content type")
        root = xml.fromstring(body)
        want(root.tag == SOAP + "Envelope" and [part.tag for part in root] == [SOAP + "Header", SOAP + "Body"],
             "envelope")
        credentials = {}
        for element in root[0]:
            want(element.tag.startswith(CUSTOMER), f"header {element.tag}")
            credentials[element.tag.removeprefix(CUSTOMER)] = element.text
        [request] = root[1]
        operation = request.tag.removeprefix(CUSTOMER).removesuffix("Request")
        want(self.headers.get("SOAPAction", "").strip('"') == operation, "SOAPAction")
        if operation == "GetUser":
            want(all(child.tag == CUSTOMER + "UserId" and child.get(NIL) == "true" for child in request), "another user")
            return operation, credentials, {}
        want(operation == "SearchAccounts", operation)
        want([child.tag for child in request] == [CUSTOMER + "Predicates", CUSTOMER + "PageInfo"], "order of elements")
        [predicate] = request[0]
        want([(child.tag, child.text) for child in predicate]
             == [(ENTITIES + "Field", "UserId"), (ENTITIES + "Operator", "Equals"), (ENTITIES + "Value", "10001")],
             "predicate")
        want([child.tag for child in request[1]] == [ENTITIES + "Index", ENTITIES + "Size"], "page")
        return operation, credentials, {"Index": int(request[1][0].text), "Size": int(request[1][1].text)}


class AdsService:
    """`fault` is the code of every answer, `stale` holds access tokens that have expired, `limit_next` answers the next
    REST call 429; `calls` has each operation with its credentials, `complaints` what the real service would refuse."""

    def __init__(self, accounts=3):
        self.fault, self.stale, self.limit_next = None, set(), False
        self.calls, self.complaints, self.report_ids = [], [], []
        self.tracking = str(uuid.uuid4())
        self.accounts = [{"Id": str(30001 + n), "Number": f"X000000{n}", "Name": f"Example {n}",
                          "ParentCustomerId": str(20001 + n), "CurrencyCode": "USD",
                          "AccountLifeCycleStatus": "Active"} for n in range(accounts)]
        self.roles = [{"RoleId": 41, "CustomerId": "20001", "AccountIds": None, "LinkedAccountIds": None}]
        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._http.owner = self
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.soap_location = f"{self.base}/Api/CustomerManagement/v13/CustomerManagementService.svc"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()

    @property
    def operations(self):
        return [operation for operation, _ in self.calls]

    def judge(self, operation, credentials):
        self.calls.append((operation, credentials))
        return 109 if credentials["AuthenticationToken"] in self.stale else self.fault

    def report(self, path, headers):
        """The Reporting service, as far as a first report needs it."""
        if path.endswith("/Submit"):
            self.report_ids.append((headers["CustomerId"], headers["CustomerAccountId"], headers["Authorization"]))
            return {"ReportRequestId": "1"}
        return {"ReportRequestStatus": {"Status": "Success", "ReportDownloadUrl": f"{self.base}/report.zip"}}

    def page(self, arguments):
        start = int(arguments["Index"]) * int(arguments["Size"])
        return self.accounts[start:start + int(arguments["Size"])]

    def rest_fault(self, code):
        error = {"Code": code, "Detail": None, "ErrorCode": NAMES[code], "Message": "As the service words it."}
        return 401 if code == 109 else 500, {
            "Type": "AdApiFaultDetail", "TrackingId": self.tracking, "Errors": [error]}

    def rest(self, operation, arguments):
        if operation == "SearchAccounts":
            return {"Accounts": self.page(arguments)}
        return {"User": {"Id": "10001", "UserName": "ada@example.com", "CustomerId": "20001",
                         "Name": {"FirstName": "Ada", "LastName": "Example", "MiddleInitial": None},
                         "UserLifeCycleStatus": "Active", "AuthenticationToken": HIDDEN},
                "CustomerRoles": self.roles}

    def link(self, account, customer):
        """Lets the user work with an account through a customer that doesn't own it."""
        self.roles.append({"RoleId": 41, "CustomerId": customer, "AccountIds": None, "LinkedAccountIds": [account]})

    def _envelope(self, body):
        return (f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:TrackingId '
                f'xmlns:h="https://bingads.microsoft.com/Customer/v13">{self.tracking}</h:TrackingId></s:Header>'
                f"<s:Body>{body}</s:Body></s:Envelope>")

    def soap_fault(self, code):
        detail = (f'<AdApiFaultDetail xmlns="https://adapi.microsoft.com" '
                  f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><TrackingId>{self.tracking}</TrackingId><Errors>'
                  f'<AdApiError><Code>{code}</Code><Detail i:nil="true"/><ErrorCode>{NAMES[code]}</ErrorCode>'
                  f"<Message>As the service words it.</Message></AdApiError></Errors></AdApiFaultDetail>")
        # The real service has been seen to answer faults with either status.
        return 200 if code == 109 else 500, self._envelope(
            f"<s:Fault><faultcode>s:Server</faultcode><faultstring>Invalid client data. TrackingId: {self.tracking}."
            f"</faultstring><detail>{detail}</detail></s:Fault>")

    def soap_campaigns(self):
        return self._envelope('<GetCampaignsByAccountIdResponse '
                              'xmlns="https://bingads.microsoft.com/CampaignManagement/v13"><Campaigns><Campaign><Id>7</Id>'
                              "</Campaign></Campaigns></GetCampaignsByAccountIdResponse>")

    def _soap_roles(self):
        def ids(name, values):
            inner = "".join(f'<b:long xmlns:b="http://schemas.microsoft.com/2003/10/Serialization/Arrays">{value}</b:long>'
                            for value in values or [])
            return f"<a:{name}>{inner}</a:{name}>" if values else f'<a:{name} i:nil="true"/>'
        return "".join(
            f"<a:CustomerRole><a:RoleId>{role['RoleId']}</a:RoleId><a:CustomerId>{role['CustomerId']}</a:CustomerId>"
            + ids("AccountIds", role["AccountIds"]) + ids("LinkedAccountIds", role["LinkedAccountIds"])
            + "</a:CustomerRole>" for role in self.roles)

    def soap(self, operation, arguments):
        spaces = ('xmlns:a="https://bingads.microsoft.com/Customer/v13/Entities" '
                  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"')
        if operation == "SearchAccounts":
            accounts = "".join(
                "<a:AdvertiserAccount>" + "".join(
                    f"<a:{name}>{account[name]}</a:{name}>"
                    for name in ("CurrencyCode", "Id", "Name", "Number", "ParentCustomerId", "AccountLifeCycleStatus"))
                + "</a:AdvertiserAccount>" for account in self.page(arguments))
            content = f"<Accounts {spaces}>{accounts}</Accounts>"
        else:
            content = (
                f'<User {spaces}><a:CustomerId>20001</a:CustomerId><a:Id>10001</a:Id><a:Name><a:FirstName>Ada'
                f"</a:FirstName><a:LastName>Example</a:LastName></a:Name><a:UserLifeCycleStatus>Active"
                f"</a:UserLifeCycleStatus><a:UserName>ada@example.com</a:UserName><a:AuthenticationToken>{HIDDEN}"
                f"</a:AuthenticationToken></User><CustomerRoles {spaces}>{self._soap_roles()}</CustomerRoles>")
        return self._envelope(f'<{operation}Response xmlns="https://bingads.microsoft.com/Customer/v13">{content}'
                              f"</{operation}Response>")


class AdsTokenServer(TokenServer):
    """Grants the requested scope, or `scope`; `refuse_refresh` is the error of every refresh."""

    MANAGE = "https://ads.microsoft.com/msads.manage"

    def __init__(self, **options):
        super().__init__(**options)
        self.scope, self.refuse_refresh, self.forms, self._asked = None, None, [], ""

    def ads_account(self, name="ads", **more):
        members = {"provider": "microsoft-advertising", "scopes": [self.MANAGE, "offline_access"],
                   "developer_token": "DEVTOKEN0000000", **more}
        return self.account(name, **members)

    def authorize(self, query):
        self._asked = query.get("scope", "")
        return super().authorize(query)

    def token(self, form):
        self.forms.append(form)
        if form.get("grant_type") == "refresh_token" and self.refuse_refresh:
            return 400, self.refuse_refresh
        status, members = super().token(form)
        if status == 200:
            members["scope"] = self.scope or form.get("scope") or self._asked
        return status, members


if __name__ == "__main__":
    raise SystemExit("a part of the end-to-end tests: python3 Tests/EndToEnd ads")


def start_acme(case):
    """A home and its daemon, with the account `acme` of Microsoft Advertising, for which nobody has consented."""
    server = AdsTokenServer()
    case.addCleanup(server.close)
    home = case.home()
    home.configure(server.ads_account("acme"))
    daemon = Daemon(home)
    case.addCleanup(daemon.end)
    return home, daemon
