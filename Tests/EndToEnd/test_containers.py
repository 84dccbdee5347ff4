"""The recipes for sandboxes and other hosts: each reads a token through a socket that has nothing else."""

import os
import pwd
import shutil

import lab
from recipes import RecipeCase, filled, need_client, section


class Containers(RecipeCase):
    def configuration(self):
        [table] = section("Containers", "Overview")
        return super().configuration() + table

    def read(self, script, **variables):
        return self.place.run("sh", "-c", script, **variables)

    def reads_only_tokens(self, script, **variables):
        for _ in range(2):
            done = self.read(script, **variables)
            self.assertEqual((done.returncode, done.stdout), (0, self.token()), done)
            self.refresh()
        done = self.read(script.replace("/token/acme", "/accounts"), **variables)
        self.assertIn("not_found", done.stdout, done)
        done = self.read(script.replace("curl ", "curl -X DELETE ").replace("/token/acme", "/accounts/acme/grant"),
                         **variables)
        self.assertIn("forbidden", done.stdout, done)

    def test_bubblewrap(self):
        need_client("bwrap", "curl")
        [script] = section("Containers", "bubblewrap")
        self.reads_only_tokens(script)

    def test_unshare(self):
        need_client("unshare", "curl")
        [script] = section("Containers", "unshare")
        self.reads_only_tokens(script)

    def test_ssh(self):
        need_client("ssh", "ssh-keygen", "curl")
        need_client("/usr/sbin/sshd", is_large=True)
        [script] = section("Containers", "Another host, by ssh")
        home, user, port = self.place.root, pwd.getpwuid(os.getuid()).pw_name, lab.free_port()
        for name in ("host", "key"):
            done = self.place.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{home}/{name}")
            self.assertEqual(done.returncode, 0, done)
        if os.getuid() == 0:
            # The folder that the system's unit would make.
            os.makedirs("/run/sshd", 0o755, exist_ok=True)
        server = self.write("sshd_config", f"""
ListenAddress 127.0.0.1
Port {port}
HostKey {home}/host
AuthorizedKeysFile {home}/key.pub
PidFile none
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
""")
        client = self.write("ssh_config", f"""
Host build
HostName 127.0.0.1
Port {port}
IdentityFile {home}/key
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
""")
        sshd = self.start(["/usr/sbin/sshd", "-D", "-e", "-f", server], self.place.environment())
        sshd.wait_line("Server listening")
        self.place.script("ssh", f'#!/bin/sh\nexec {shutil.which("ssh")} -F "{client}" "$@"\n')
        script = filled(script, {"/home/anna": home, "anna@build.example": f"{user}@build"})
        self.reads_only_tokens(script)
