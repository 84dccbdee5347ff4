"""`valetkey demo`: the complete demonstration on this machine, without an account anywhere."""

import glob
import os
import re
import shutil
import signal
import subprocess

import lab

MOSTLY_WAITS = True


class Demo(lab.Case):
    def test_it_tells_the_story_ends_with_0_and_leaves_nothing_behind(self):
        home = self.home()
        temporary = os.path.join(home.root, "tmp")
        os.mkdir(temporary)
        before = home.files(), set(os.listdir(home.runtime))
        demo = self.start([lab.program("valetkey"), "demo", "--auto", "--for", "45s"],
                          home.environment(TMPDIR=temporary))
        line = demo.wait_line(lambda line: "curl" in line and "--unix-socket" in line, 30)
        command = line[line.index("curl"):].strip().strip("`")
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30, check=False,
                              env=home.environment())
        self.assertEqual(done.returncode, 0, (command, done))
        self.assertGreater(len(done.stdout.strip()), 16, "a token")
        demo.wait_line("new access token", 45)
        self.assertEqual(demo.wait(90), 0, demo.log)
        self.assertNotRegex(demo.log, r"(?i)error|fatal|trap")
        self.assertEqual((home.files(), set(os.listdir(home.runtime))), before)
        self.assertEqual(os.listdir(temporary), [])
        self.assertEqual(self.left_behind(home), [])

    def test_interrupting_it_leaves_nothing_behind_either(self):
        home = self.home()
        temporary = os.path.join(home.root, "tmp")
        os.mkdir(temporary)
        demo = self.start([lab.program("valetkey"), "demo", "--auto", "--for", "45s"],
                          home.environment(TMPDIR=temporary), start_new_session=True)
        demo.wait_line(lambda line: "curl" in line and "--unix-socket" in line, 30)
        os.killpg(demo.pid, 2)
        demo.wait(30)
        self.assertEqual(os.listdir(temporary), [])
        self.assertEqual(self.left_behind(home), [])

    def test_hosts_share_one_consent_and_one_of_them_is_lost_and_comes_back(self):
        home, temporary, demo = self.share("--hosts", "3")
        self.assertEqual(demo.wait(90), 0, demo.log)
        print("   ", " ".join(re.findall(r"after (\d+ ms)", demo.log)))
        for number in range(1, 4):
            self.assertRegex(demo.log, rf"host {number}  {re.escape(temporary)}/\S+\.sock\n")
        got = re.search(r"host 1 got (\S+)\n +host 2 adopted it .*, host 3 after.*\n.* 200, hello alice", demo.log)
        self.assertTrue(got, demo.log)
        refreshed = re.findall(r"host (\d) refreshed: (\S+); 200, hello alice\n +(.*)\n", demo.log)
        self.assertEqual(len(refreshed), 3, demo.log)
        self.assertEqual(len({got[1]} | {token for _, token, _ in refreshed}), 4, "each refresh brings another token")
        killed = refreshed[0][0]
        self.assertIn(f"host {killed} is gone (SIGKILL)", demo.log)
        # The one that is left adopts.
        self.assertNotIn(killed, [refreshed[1][0], *re.findall(r"host (\d)", refreshed[1][2])])
        self.assertRegex(demo.log, rf"host {killed} serves {re.escape(refreshed[1][1])} too, \d+ ms after its start")
        self.assertEqual(len(re.findall(r"host \d", refreshed[2][2])), 2, demo.log)
        for line in ("refreshes +3", "requests with a refresh token +3, one for each refresh", "hosts that agree +3 of 3"):
            self.assertRegex(demo.log, line)
        self.assertNotRegex(demo.log, r"(?i)error|fatal|trap|\"level\"")
        self.assert_nothing_is_left(home, temporary)

    def test_interrupting_hosts_leaves_nothing_behind_either(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            home, temporary, demo = self.share("--hosts", "2", start_new_session=True)
            demo.wait_line("host 1 got", 30)
            self.assertTrue([name for name in self.left_behind(home) if "etcd" in name])
            os.killpg(demo.pid, number)
            self.assertEqual(demo.wait(30), 0, demo.log)
            self.assert_nothing_is_left(home, temporary)

    def test_hosts_need_an_etcd(self):
        for variables, words in [
                ({"VALETKEY_ETCD": "/nonexistent/etcd"}, "VALETKEY_ETCD names no program: /nonexistent/etcd"),
                ({"VALETKEY_ETCD": None, "PATH": "/nonexistent"}, "etcd isn't in PATH"),
                ({"VALETKEY_ETCD": shutil.which("false")}, "etcd ended by itself (exited(1))")]:
            home, temporary, demo = self.share("--hosts", "2", **variables)
            self.assertEqual(demo.wait(30), 69, demo.log)
            self.assertIn(words, demo.log)
            self.assertRegex(demo.log, r"hint: .*VALETKEY_ETCD")
            self.assert_nothing_is_left(home, temporary)

    def share(self, *words, start_new_session=False, **variables):
        """A home, its temporary folder, and the demonstration that runs there with an etcd."""
        etcd = os.environ.get("VALETKEY_ETCD")
        lab.need(etcd, "VALETKEY_ETCD names no etcd; Tests/run unpacks one")
        home = self.home()
        temporary = os.path.join(home.root, "tmp")
        os.mkdir(temporary)
        variables = {"TMPDIR": temporary, "VALETKEY_ETCD": etcd, **variables}
        demo = self.start([lab.program("valetkey"), "demo", "--auto", *words], home.environment(**variables),
                          start_new_session=start_new_session)
        return home, temporary, demo

    def assert_nothing_is_left(self, home, temporary):
        self.assertEqual(os.listdir(temporary), [])
        self.assertEqual(self.left_behind(home), [])

    def left_behind(self, home):
        """The programs that still run with that home in their environment."""
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                with open(path, "rb") as file:
                    if home.root.encode() in file.read():
                        with open(path.replace("environ", "cmdline"), "rb") as command:
                            found.append(command.read().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found
