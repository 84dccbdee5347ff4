"""Many customers behind one consent: who works through which, and jobs that need different ones at the same time."""

import concurrent.futures
import json
import unittest

import lab
from test_ads import Ads, AdsCase

PROTOCOLS = Ads.PROTOCOLS
# The tests of the base class run where they are.
del Ads


class Customers(AdsCase):
    def headers(self, home, service, *arguments, code=0):
        done = self.ads(home, service, "headers", "ads", "--format", "json", *arguments, code=code)
        return json.loads(done.stdout) if code == 0 else done.stderr

    def ids(self, home, service, *arguments):
        members = self.headers(home, service, *arguments)
        return members.get("CustomerId"), members.get("CustomerAccountId")

    def test_a_linked_account_is_worked_with_through_the_manager_customer(self):
        _, service, home, _ = self.start_world()
        service.link("30003", "333")
        for protocol in PROTOCOLS:
            with self.subTest(protocol):
                report = json.loads(self.ads(
                    home, service, "accounts", "ads", "--json", "--protocol", protocol).stdout)
                pairs = {a["id"]: (a["customer_id"], a["parent_customer_id"]) for a in report["accounts"]}
                self.assertEqual(pairs, {
                    "30001": ("20001", "20001"), "30002": ("20002", "20002"), "30003": ("333", "20003")})
        self.assertIn("333 (owner 20003)", self.ads(home, service, "accounts", "ads").stdout)
        roles = json.loads(self.ads(home, service, "user", "ads", "--json").stdout)["roles"]
        self.assertIn(["30003"], [role["linked_account_ids"] for role in roles])
        self.assertTrue(all("account_ids" in role for role in roles), roles)
        done = self.ads(home, service, "accounts", "ads", "--customer", "9", code=64)
        self.assertIn("hint: valetkey ads accounts ads", done.stderr)
        self.ads(home, service, "accounts", "ads", "--choose", "30003")
        self.assertEqual(self.ids(home, service), ("333", "30003"))

    def test_an_account_is_chosen_by_id_number_or_name(self):
        _, service, home, _ = self.start_world()
        for word, account in (("30001", "30001"), ("x0000001", "30002"), ("Example 2", "30003")):
            self.ads(home, service, "accounts", "ads", "--choose", word)
            self.assertEqual(self.ids(home, service)[1], account)
        service.accounts[0]["Name"] = "Example 2"
        done = self.ads(home, service, "accounts", "ads", "--choose", "Example 2", code=64)
        self.assertIn("2 advertising accounts are called Example 2: 30001 of customer 20001, 30003 of customer 20003",
                      done.stderr)
        self.ads(home, service, "accounts", "ads", "--choose", "Example 2", "--customer", "20001")
        self.assertEqual(self.ids(home, service), ("20001", "30001"))

    def test_a_choice_that_is_kept_names_a_customer_with_a_role_and_one_account(self):
        _, service, home, _ = self.start_world()
        for customer, words in (("9", "no role at the customer 9"), ("20001", "can't be worked with through the customer 20001")):
            done = self.ads(home, service, "accounts", "ads", "--choose", "30002", "--customer", customer, code=64)
            self.assertIn(words, done.stderr)
        done = self.ads(home, service, "accounts", "ads", "--choose", "30002", "--account", "30001", code=64)
        self.assertIn("leave --account out", done.stderr)
        self.assertEqual(self.ids(home, service), (None, None))

    def test_an_account_that_is_not_active_is_told(self):
        _, service, home, _ = self.start_world()
        self.assertNotIn("warning", self.ads(home, service, "accounts", "ads", "--choose", "30002").stderr)
        service.accounts[1]["AccountLifeCycleStatus"] = "Pause"
        done = self.ads(home, service, "accounts", "ads", "--choose", "30002")
        self.assertIn("warning: the account 30002 is Pause", done.stderr)

    def test_each_command_takes_a_customer_and_an_account(self):
        _, service, home, daemon = self.start_world()
        service.link("30003", "333")
        self.ads(home, service, "accounts", "ads", "--choose", "30001")
        service.calls.clear()
        self.assertEqual(self.ids(home, service, "--customer", "7", "--account", "8"), ("7", "8"))
        self.assertEqual(self.ids(home, service, "--customer", "7"), ("7", None))
        self.assertEqual(service.calls, [])
        for word in ("30003", "X0000002", "example 2"):
            self.assertEqual(self.ids(home, service, "--account", word), ("333", "30003"))
        self.assertEqual(self.ids(home, service, "--customer", "20003", "--account", "X0000002"), ("20003", "30003"))
        self.assertIn("no advertising account", self.headers(home, service, "--account", "30009", code=64))
        self.assertIn("takes the id of a customer", self.headers(home, service, "--customer", "X0000001", code=64))
        listed = json.loads(self.ads(home, service, "accounts", "ads", "--json", "--customer", "333").stdout)
        self.assertEqual([account["id"] for account in listed["accounts"]], ["30003"])
        roles = json.loads(self.ads(home, service, "user", "ads", "--json", "--account", "30003").stdout)["roles"]
        self.assertEqual([role["customer_id"] for role in roles], ["333"])
        self.assertIn("no role at the customer 9", self.ads(home, service, "user", "ads", "--customer", "9", code=64).stderr)
        # What one command was told changes nothing for the next one.
        self.assertEqual(self.ids(home, service), ("20001", "30001"))
        wish = daemon.ask("GET", "/accounts/ads/ads/headers?customer_id=333&customer_account_id=30003").json
        self.assertEqual((wish["CustomerId"], wish["CustomerAccountId"]), ("333", "30003"))
        refused = daemon.ask("GET", "/accounts/ads/ads/headers?customer_id=333&customer_account_id=X0000002")
        self.assertEqual((refused.status, refused.json["hint"]), (400, "valetkey ads accounts ads lists both ids"))

    def test_jobs_that_need_different_customers_each_get_theirs(self):
        _, service, home, daemon = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30001")
        wanted = [(str(20001 + n % 6), str(30001 + n)) for n in range(30)] * 10

        def job(pair):
            target = "/accounts/ads/ads/headers?customer_id={}&customer_account_id={}".format(*pair)
            answer = daemon.ask("GET", target).json
            return answer["CustomerId"], answer["CustomerAccountId"]

        def choose(pair):
            customer = {"customer_id": pair[0], "customer_account_id": pair[1]}
            return daemon.ask("PUT", "/accounts/ads/ads/customer", customer).status

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            got, chosen = pool.map(job, wanted), pool.map(choose, wanted[:30])
            self.assertEqual(list(got), wanted)
            self.assertEqual(set(chosen), {200})
        members = daemon.ask("GET", "/accounts/ads/ads/headers").json
        self.assertIn((members["CustomerId"], members["CustomerAccountId"]), wanted)


if __name__ == "__main__":
    unittest.main()
