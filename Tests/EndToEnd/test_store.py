"""`valetkey store`: the key of a fleet, and what is found wrong with the store that hosts share."""

import base64
import json
import os
import signal

import etcd
import lab

ACCOUNT = '[accounts.ads]\nissuer = "https://as.example"\nclient_id = "desk"\n'


class Store(lab.Case):
    def configure(self, cluster, **more):
        """A home whose configuration names the store."""
        place = self.home()
        key = os.path.join(place.root, "fleet.key")
        with open(key, "w", encoding="ascii", opener=lab.private) as file:
            file.write(place.run(lab.program("valetkey"), "store", "key").stdout)
        members = {"kind": "etcd", "endpoints": cluster.endpoints, "fleet": "team", **more}
        lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in members.items())
        place.configure(f'{ACCOUNT}[store]\n{lines}key = {{ file = "{key}" }}\n')
        return place

    def check(self, place, code, *arguments):
        done = place.run(lab.program("valetkey"), "store", "check", *arguments)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(done.stderr, "")
        self.assertNotIn("right", done.stdout)
        return done.stdout

    def cluster(self, *arguments, **options):
        return self.closing(etcd.Cluster(*arguments, **options))

    def test_key_is_new_each_time(self):
        place = self.home()
        keys = [place.run(lab.program("valetkey"), "store", "key").stdout.strip() for _ in range(2)]
        self.assertNotEqual(*keys)
        for key in keys:
            self.assertEqual(len(base64.urlsafe_b64decode(key + "=")), 32)

    def test_without_a_store(self):
        place = self.home()
        place.configure(ACCOUNT)
        done = place.run(lab.program("valetkey"), "store", "check")
        self.assertEqual(done.returncode, 78, done)
        self.assertIn("hint: write a table [store]", done.stderr)

    def test_members(self):
        cluster = self.cluster(3)
        place = self.configure(cluster)
        said = self.check(place, 0)
        for endpoint in cluster.endpoints:
            self.assertRegex(said, rf"ok +store: {endpoint}: etcd 3\.[0-9.]+ answers in [0-9]+ ms")
        self.assertEqual(said.count("the leader"), 1)
        self.assertIn("everybody who reaches the etcd can erase them", said)
        leader = next(member for member in cluster.members if member.leads())
        leader.signal(signal.SIGSTOP)
        report = lab.until(
            lambda: (lambda checks: checks if len([c for c in checks if c["state"] == "ok"]) == 2 else None)(
                json.loads(self.check(place, 0, "--json"))["checks"]), "the others have a leader")
        silent = [check for check in report if check["looked_at"] == leader.endpoint]
        self.assertEqual([check["state"] for check in silent], ["warning"])
        other = next(member for member in cluster.members if member is not leader)
        other.end()
        said = self.check(place, 1)
        self.assertIn("the fleet's records: they can't be read", said)

    def test_roles(self):
        cluster = self.cluster()
        place = self.configure(cluster, user="valetkey", password="right")
        self.assertIn("roles aren't enabled", self.check(place, 0))
        cluster.enable_roles()
        self.assertIn("they can be read and written", self.check(place, 0))
        wrong = self.configure(cluster, user="valetkey", password="wrong")
        said = self.check(wrong, 1)
        self.assertIn("hint: correct user and password in [store]", said)
        self.assertIn("wrong", self.check(self.configure(cluster), 1))

    def test_certificates(self):
        cluster = self.cluster(certificates=True)
        cluster.enable_roles()

        def place(name):
            return self.configure(
                cluster, user="valetkey", password="right", certificate_authority=cluster.file("ca.pem"),
                client_certificate=cluster.file(f"{name}.pem"), client_key=cluster.file(f"{name}.key"))
        self.assertIn("they can be read and written", self.check(place("nameless"), 0))
        said = self.check(place("named"), 1)
        self.assertIn('it has the common name "mail"', said)
        self.assertIn("hint: issue a certificate without a CN in its subject", said)
        self.assertIn("no answer", self.check(self.configure(cluster), 1))
