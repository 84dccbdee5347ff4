"""Files, folders and variables around the daemon that would give its secrets away."""

import os
import socket
import subprocess

import crowd
import lab
from daemon import Daemon
from strangers import STRANGER
from test_certificates import Authority
from tokenserver import TokenServer


class Exposure(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())

    def daemon(self, **options):
        daemon = Daemon(self.place, **options)
        self.addCleanup(daemon.end)
        return daemon

    def refused(self, *words, **variables):
        """Starts a daemon that must refuse, and checks what it says."""
        daemon = Daemon(self.place, wait=False, **variables)
        self.addCleanup(daemon.end)
        self.assertEqual(daemon.wait(), 78, daemon.log)
        for word in words:
            self.assertIn(word, daemon.log)

    def test_a_key_and_a_state_folder_that_others_could_read_are_mended_and_told_of(self):
        daemon = self.daemon()
        daemon.log_in()
        daemon.signal(15)
        daemon.wait()
        key, state = f"{self.place.data}/valetkey/key", f"{self.place.state}/valetkey"
        os.chmod(key, 0o644)
        os.chmod(state, 0o777)
        daemon = self.daemon()
        for path, mode in ((key, "0644"), (state, "0777")):
            line = daemon.wait_line(lambda line, path=path: f"path={path}" in line)
            self.assertIn(f"mode={mode}", line)
            self.assertIn("warning", line)
        self.assertEqual((os.stat(key).st_mode & 0o777, os.stat(state).st_mode & 0o777), (0o600, 0o700))
        self.assertTrue(daemon.token())

    def test_a_linked_state_folder_is_told_as_such(self):
        os.mkdir(f"{self.place.root}/elsewhere", 0o700)
        os.symlink(f"{self.place.root}/elsewhere", f"{self.place.state}/valetkey")
        self.refused("it is a symbolic link", "XDG_STATE_HOME")

    def test_a_runtime_folder_that_others_can_write_to_is_refused(self):
        os.chmod(self.place.runtime, 0o777)
        self.refused("other users may write to the socket's folder", self.place.runtime, "0777", "chmod 700")

    def test_a_configuration_folder_that_others_can_write_to_is_refused(self):
        os.chmod(f"{self.place.config}/valetkey", 0o777)
        self.refused("can be written by other users (mode 0777)", "chmod go-w")
        checked = self.place.run(lab.program("valetkey"), "config", "check")
        self.assertEqual(checked.returncode, 78, checked)

    def test_a_runtime_folder_of_another_user_is_refused(self):
        lab.need(os.getuid() == 0, "giving a folder away needs root")
        os.chown(self.place.runtime, STRANGER, STRANGER)
        self.refused("belongs to another user", self.place.runtime)

    def test_a_command_says_nothing_to_another_users_socket(self):
        lab.need(os.getuid() == 0, "becoming another user needs root")
        os.chmod(self.place.root, 0o755)
        os.chmod(self.place.runtime, 0o777)
        with subprocess.Popen(["setpriv", f"--reuid={STRANGER}", "--clear-groups", "/usr/bin/python3", "-c", """
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("listening", flush=True)
heard = listener.accept()[0].recv(1000)
print(f"heard {len(heard)}", flush=True)
""", self.place.socket], stdout=subprocess.PIPE, text=True) as stranger:
            self.assertEqual(stranger.stdout.readline(), "listening\n")
            done = self.place.run(lab.program("valetkey"), "token", "ads")
            self.assertEqual((done.returncode, done.stdout), (69, ""), done)
            self.assertIn(f"uid {STRANGER}", done.stderr)
            self.assertEqual(stranger.stdout.readline(), "heard 0\n")

    def test_the_secrets_of_tls_connections_are_written_to_no_file(self):
        lab.need_tools("openssl")
        authority = Authority(self.place.root)
        certificate, key = authority.issue("server", "127.0.0.1", "subjectAltName=IP:127.0.0.1")
        port, log = lab.free_port(), f"{self.place.root}/keys.log"
        server = self.start(["openssl", "s_server", "-accept", str(port), "-cert", certificate, "-key", key, "-www"],
                            self.place.environment())
        server.wait_line("ACCEPT")
        self.place.configure(
            f'[accounts.ads]\nissuer = "https://127.0.0.1:{port}"\nclient_id = "desk"\n'
            f'certificate_authority = "{authority.path("ca.pem")}"\n')
        daemon = self.daemon(SSLKEYLOGFILE=log)
        answer = daemon.ask("POST", "/accounts/ads/consent", {})
        # The handshake succeeded: what the server says then is a page about itself.
        self.assertIn("isn't a JSON object", answer.json["detail"], answer)
        self.assertFalse(os.path.exists(log))

    def test_readers_leave_descriptors_for_the_refresh_that_they_wait_for(self):
        lab.need_tools("prlimit")
        daemon = self.daemon(under=["prlimit", "--nofile=256:256"])
        daemon.log_in()
        before = daemon.token()
        answers = crowd.read_all(self.place.socket, "/token/ads?fresh=true&wait=30", 400)
        token = daemon.token()
        self.assertNotEqual(token, before)
        # Those who were accepted later ask for a newer token than that, and may meet the limit of refreshes.
        wrong = [answer for answer in answers if not isinstance(answer, tuple) or answer[0] not in (200, 429)]
        self.assertEqual(wrong, [])
        self.assertGreater(len([answer for answer in answers if answer[0] == 200]), 100)
        self.assertNotIn("storage", daemon.log)
        self.assertNotIn("refresh failed", daemon.log)

    def test_an_inherited_socket_of_an_unknown_name_is_refused(self):
        """Its readers would hang."""
        lab.need_tools("systemd-socket-activate")
        other = f"{self.place.runtime}/other.sock"
        daemon = Daemon(self.place, wait=False, under=[
            "systemd-socket-activate", "-l", self.place.socket, "-l", other, "--fdname=valetkey:other"])
        self.addCleanup(daemon.end)
        daemon.wait_line("Listening on")
        with socket.socket(socket.AF_UNIX) as client:
            lab.until(lambda: os.path.exists(other), "the sockets are there")
            client.connect(other)
            self.assertEqual(daemon.wait(), 78, daemon.log)
        self.assertIn('a socket named "other"', daemon.log)
