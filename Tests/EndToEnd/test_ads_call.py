"""Any operation of the API in one line: `valetkey ads call`."""

import json
import unittest

import adsservice
import lab
from test_ads import AdsCase

REQUEST = ('<GetCampaignsByAccountIdRequest xmlns="https://bingads.microsoft.com/CampaignManagement/v13"><AccountId>{}'
           "</AccountId><CampaignType>Search</CampaignType></GetCampaignsByAccountIdRequest>")


class Call(AdsCase):
    def call(self, home, service, body, *arguments, code=0, name="GetCampaignsByAccountId"):
        done = home.run(lab.program("valetkey"), "ads", "call", "ads", "CampaignManagement", name, *arguments,
                        stdin=body, VALETKEY_ADS_BASE_URL=service.base)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(service.complaints, [])
        return done

    def bodies(self, account):
        return {"rest": json.dumps({"AccountId": account, "CampaignType": "Search"}), "soap": REQUEST.format(account)}

    def test_the_campaigns_of_an_account_come_in_one_line(self):
        _, service, home, daemon = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30002")
        for protocol, body in self.bodies("30002").items():
            with self.subTest(protocol):
                service.calls.clear()
                done = self.call(home, service, body, "--protocol", protocol)
                self.assertIn("7", done.stdout)
                [(operation, sent)] = service.calls
                self.assertEqual(sent, {"AuthenticationToken": daemon.token(), "DeveloperToken": "DEVTOKEN0000000",
                                        "CustomerId": "20002", "CustomerAccountId": "30002"})
        self.assertEqual(json.loads(self.call(home, service, self.bodies("30002")["rest"]).stdout),
                         {"Campaigns": [{"Id": "7"}]})

    def test_a_call_can_be_for_another_customer(self):
        _, service, home, _ = self.start_world()
        service.link("30003", "333")
        self.call(home, service, self.bodies("30003")["rest"], "--account", "X0000002")
        self.assertEqual(service.calls[-1][1]["CustomerId"], "333")
        self.call(home, service, self.bodies("8")["rest"], "--customer", "7", "--account", "8")
        self.assertEqual(service.calls[-1][1]["CustomerId"], "7")

    def test_without_a_customer_nothing_is_sent(self):
        _, service, home, _ = self.start_world()
        done = self.call(home, service, "{}", code=64)
        self.assertIn("hint: valetkey ads accounts ads", done.stderr)
        self.assertEqual(service.calls, [])

    def test_an_expired_token_is_refreshed_once_and_a_fault_explained(self):
        server, service, home, daemon = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30002")
        for protocol, body in self.bodies("30002").items():
            with self.subTest(protocol):
                refreshes = len(server.refreshes)
                service.stale.add(daemon.token())
                self.assertIn("7", self.call(home, service, body, "--protocol", protocol).stdout)
                self.assertEqual(len(server.refreshes) - refreshes, 1)
                service.fault = 106
                done = self.call(home, service, body, "--protocol", protocol, code=1)
                service.fault = None
                self.assertEqual(done.stdout, "")
                self.assertIn("UserIsNotAuthorized (106)", done.stderr)
                self.assertIn("hint: ask a Super Admin", done.stderr)

    def test_a_body_that_is_none_is_told_before_anything_is_sent(self):
        _, service, home, _ = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30002")
        service.calls.clear()
        for body, arguments, words in (
                ("<x/>", (), "isn't a JSON object"), ("{}", ("--protocol", "soap"), "isn't the XML of a request"),
                ("<s:Envelope/>", ("--protocol", "soap"), "whole envelope"),
                ("<GetUserRequest/>", ("--protocol", "soap"), "GetCampaignsByAccountId takes"),
                ("<GetCampaignsByAccountIdRequest/>", ("--protocol", "soap"), "has no namespace")):
            self.assertIn(words, self.call(home, service, body, *arguments, code=64).stderr)
        self.assertIn("isn't the name of an operation", self.call(home, service, "{}", code=64, name="campaigns").stderr)
        self.assertEqual(service.calls, [])

    def test_a_misspelt_operation_gets_the_nearest_name_and_a_path_may_begin_with_a_slash(self):
        _, service, home, _ = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30002")
        body = self.bodies("30002")["rest"]
        done = home.run(lab.program("valetkey"), "ads", "call", "ads", "CampaignManagement", "GetCampaignsByAcountId",
                        stdin=body, VALETKEY_ADS_BASE_URL=service.base)
        self.assertEqual(done.returncode, 64, done)
        self.assertIn("did you mean GetCampaignsByAccountId?", done.stderr)
        self.assertNotIn("proxy", done.stderr)
        service.complaints.clear()
        self.assertIn("7", self.call(home, service, body, name="/Campaigns/QueryByAccountId").stdout)

    def test_the_soap_header_names_the_operation(self):
        _, service, home, _ = self.start_world()
        done = self.ads(home, service, "headers", "ads", "--format", "soap", "--operation", "GetCampaignsByAccountId")
        action = adsservice.xml.fromstring(done.stdout)[0]
        self.assertEqual((action.tag, action.text, action.get("mustUnderstand")), (
            adsservice.CAMPAIGN + "Action", "GetCampaignsByAccountId", "1"))
        self.assertNotIn("Action", self.ads(home, service, "headers", "ads", "--format", "soap").stdout)


if __name__ == "__main__":
    unittest.main()
