"""The units under a real `systemd --user`."""

import json
import os
import threading

import lab
from installed import InstalledCase
from readers import Reader

SERVICE, SOCKET = "valetkey.service", "valetkey.socket"

# Each of these calls is forbidden by a line in the unit; the number is the kernel's error where that works.
PROBE = r"""
import ctypes, json, mmap, os, resource, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def attempt(action):
    try:
        action()
    except OSError as fault:
        return fault.errno
    return 0
def call(answer):
    return 0 if answer >= 0 else ctypes.get_errno()
path = sys.argv[1] + ".set-user-id"
open(path, "w").close()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({
    "RestrictAddressFamilies": attempt(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)),
    "MemoryDenyWriteExecute": attempt(lambda: mmap.mmap(-1, 4096, prot=7)),
    "RestrictNamespaces": call(libc.unshare(0x10000000)),
    "RestrictSUIDSGID": attempt(lambda: os.chmod(path, 0o4755)),
    "LockPersonality": call(libc.personality(8)),
    "SystemCallFilter": call(libc.mount(0, 0, 0, 0, 0)),
    "the clock's state can be asked": call(libc.adjtimex(ctypes.create_string_buffer(512))),
    "@resources": attempt(lambda: os.setpriority(os.PRIO_PROCESS, 0, 5)),
    "the owner's group can be set": attempt(lambda: os.chown(path, -1, os.getgid())),
    "UnsetEnvironment": [name for name in ("SSLKEYLOGFILE", "LD_PRELOAD", "LD_AUDIT") if name in os.environ],
    "freed memory is overwritten": "perturb" in os.environ.get("GLIBC_TUNABLES", ""),
    "UMask": os.umask(0),
    "LimitCORE": resource.getrlimit(resource.RLIMIT_CORE)[0],
    "NoNewPrivileges": int(status["NoNewPrivs"]),
}), file=open(sys.argv[1], "w"))
"""
EPERM, EACCES, EAFNOSUPPORT = 1, 13, 97

# What a program of the same user can try on the process that its argument names.
ATTACK = r"""
import ctypes, json, os, sys
libc, target = ctypes.CDLL(None, use_errno=True), int(sys.argv[1])
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
def opened(name):
    try:
        with open(f"/proc/{target}/{name}", "rb"):
            return 0
    except OSError as fault:
        return fault.errno
def call(answer):
    return 0 if answer >= 0 else ctypes.get_errno()
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
maps = opened("maps")
start = int(open(f"/proc/{target}/maps").readline().split("-")[0], 16) if maps == 0 else 0x10000
buffer = ctypes.create_string_buffer(8)
near, far = Vector(ctypes.addressof(buffer), 8), Vector(start, 8)
print(json.dumps({
    "maps": maps, "mem": opened("mem"), "environ": opened("environ"),
    "process_vm_readv": call(libc.process_vm_readv(target, ctypes.byref(near), 1, ctypes.byref(far), 1, 0)),
    "ptrace": call(libc.ptrace(PTRACE_SEIZE, target, None, None)),
}))
"""
HELD = {
    "RestrictAddressFamilies": EAFNOSUPPORT, "MemoryDenyWriteExecute": EPERM, "RestrictNamespaces": EPERM,
    "RestrictSUIDSGID": EPERM, "LockPersonality": EPERM, "SystemCallFilter": EPERM, "UMask": 0o077, "LimitCORE": 0,
    "NoNewPrivileges": 1, "the clock's state can be asked": 0, "@resources": EPERM,
    "the owner's group can be set": 0, "UnsetEnvironment": [], "freed memory is overwritten": True,
}


class Units(InstalledCase):
    def reader(self, interval=0.02):
        return Reader(self.manager.socket, "/token/ads", interval, self.manager.user)

    def test_the_first_read_starts_the_daemon_and_ready_and_status_are_seen(self):
        manager = self.manager
        self.assertEqual(manager.show(SOCKET, "ActiveState"), "active")
        self.assertEqual(manager.show(SERVICE, "ActiveState"), "inactive")
        answer = manager.ask("GET", "/token/ads")
        self.assertEqual((answer.status, answer.json["code"]), (409, "consent_required"))
        # The answer may arrive before the message to the service manager.
        lab.until(lambda: manager.show(SERVICE, "ActiveState") == "active", "the manager knows that it is ready")
        self.assertTrue(manager.show(SERVICE, "StatusText"))
        manager.log_in()
        self.assertTrue(manager.token())
        status = manager.run("cat", f"/proc/{manager.main_pid}/status").stdout
        self.assertIn("NoNewPrivs:\t1", status)
        self.assertIn("Seccomp:\t2", status)

    def test_a_stopped_daemon_starts_again_with_the_next_read(self):
        self.manager.log_in()
        token = self.manager.token()
        self.manager.systemctl("stop", SERVICE)
        self.assertEqual(self.manager.show(SERVICE, "Result"), "success")
        self.assertEqual(self.manager.show(SERVICE, "ExecMainStatus"), "0")
        self.assertTrue(os.path.exists(self.manager.socket), "the socket is the service manager's")
        self.assertEqual(self.manager.token(), token)

    def test_a_restart_fails_no_read(self):
        self.manager.log_in()
        token = self.manager.token()
        with self.reader() as reader:
            for _ in range(3):
                before = self.manager.main_pid
                reader.wait_reads(10)
                self.manager.systemctl("restart", SERVICE)
                self.assertNotEqual(self.manager.main_pid, before)
            reader.wait_reads(10)
        self.assertEqual(reader.failures, [])
        self.assertEqual({read["text"] for read in reader.reads}, {token})

    def test_a_stop_waits_for_a_refresh_longer_than_the_watchdog_does(self):
        self.manager.write(f".config/systemd/user/{SERVICE}.d/short.conf", "[Service]\nWatchdogSec=2\n")
        self.manager.systemctl("daemon-reload")
        self.manager.log_in()
        before = self.manager.token()
        self.server.gate.clear()
        with Reader(self.manager.socket, "/token/ads?fresh=true", 60, self.manager.user):
            lab.until(lambda: self.server.waiting, "the refresh is under way")
            self.manager.systemctl("stop", "--no-block", SERVICE)
            timer = threading.Timer(4, self.server.gate.set)
            timer.start()
            self.addCleanup(timer.join)
            lab.until(lambda: self.manager.show(SERVICE, "ActiveState") == "inactive", "the daemon has stopped", 30)
        self.assertEqual(self.manager.show(SERVICE, "Result"), "success")
        self.assertNotEqual(self.manager.token(), before)
        self.assertEqual(self.server.replays, 0)

    def test_a_unit_gets_tokens_as_credentials(self):
        """The service manager asks on the socket for each credential; one that it doesn't get is empty, and logged."""
        self.manager.configure(self.server.account() + '[accounts.ads.tokens.x]\nscopes = ["mail"]\n')
        self.manager.log_in()
        self.manager.write(".config/systemd/user/reads.service", """
[Service]
Type=oneshot
LoadCredential=ads:%t/valetkey.sock
LoadCredential=ads.x:%t/valetkey.sock
LoadCredential=nobody:%t/valetkey.sock
ExecStart=/bin/sh -c 'cd $CREDENTIALS_DIRECTORY; cat ads >%h/ads; cat ads.x >%h/x; cat nobody >%h/nobody'
""")
        self.manager.systemctl("daemon-reload")
        # The daemon needn't run: the first credential starts it.
        self.manager.systemctl("stop", SERVICE)
        self.manager.systemctl("start", "reads.service")
        found = {}
        for name in ("ads", "x", "nobody"):
            with open(f"{self.manager.home}/{name}", encoding="utf-8") as file:
                found[name] = file.read()
        self.assertEqual(found["nobody"], "")
        self.assertEqual(found["ads"], self.manager.token())
        self.assertEqual(found["x"], self.manager.ask("GET", "/token/ads/x").text)
        readers = self.manager.ask("GET", "/accounts/ads/readers").json["readers"]
        self.assertEqual([entry["count"] for entry in readers if entry.get("unit") == "reads.service"], [2], readers)
        counted = self.manager.ask("GET", "/metrics").text
        self.assertIn('valetkey_events_total{code="no_such_account",event="credential_empty"} 1', counted)

    def test_a_killed_daemon_is_restarted_with_its_grants(self):
        self.manager.log_in()
        token = self.manager.token()
        self.manager.systemctl("kill", "--signal=SIGKILL", SERVICE)
        self.manager.wait_restart()
        self.assertEqual(self.manager.token(), token)

    def test_a_hung_daemon_is_restarted_and_its_readers_are_served(self):
        self.manager.write(f".config/systemd/user/{SERVICE}.d/short.conf", "[Service]\nWatchdogSec=2\n")
        self.manager.systemctl("daemon-reload")
        self.manager.log_in()
        self.manager.systemctl("restart", SERVICE)
        token = self.manager.token()
        self.manager.systemctl("kill", "--signal=SIGSTOP", SERVICE)
        self.manager.wait_restart()
        self.assertEqual(self.manager.token(), token)

    def test_reload_takes_up_a_new_account(self):
        self.manager.log_in()
        before = self.manager.main_pid
        self.manager.configure(self.server.account() + self.server.account("mail"))
        self.manager.systemctl("reload", SERVICE)
        lab.until(lambda: self.manager.ask("GET", "/accounts/mail").status == 200, "the new account is known")
        self.assertEqual(self.manager.main_pid, before)

    def test_a_wrong_configuration_is_not_tried_again_and_again(self):
        self.manager.configure("[accounts.ads\n")
        self.manager.systemctl("start", SERVICE, check=False)
        self.assertEqual(self.manager.show(SERVICE, "ActiveState"), "failed")
        self.assertEqual(self.manager.show(SERVICE, "ExecMainStatus"), "78")
        self.assertEqual(self.manager.show(SERVICE, "NRestarts"), "0")
        self.manager.configure(self.server.account())
        self.manager.systemctl("start", SERVICE)
        self.assertEqual(self.manager.ask("GET", "/health").status, 200)

    def test_every_hardening_line_holds(self):
        with open(f"{lab.REPOSITORY}/systemd/{SERVICE}", encoding="utf-8") as file:
            unit = file.read()
        script = self.manager.write("probe.py", PROBE)
        result = f"{self.manager.home}/probe.json"
        for line, other in (("Type=notify", "Type=oneshot"), ("Restart=on-failure", "Restart=no"),
                            ("%h/.local/bin/valetkeyd", f"/usr/bin/python3 {script} {result}")):
            self.assertIn(line, unit)
            unit = unit.replace(line, other)
        self.manager.write(".config/systemd/user/probe.service", unit)
        self.manager.systemctl("daemon-reload")
        self.manager.systemctl("set-environment", "SSLKEYLOGFILE=/tmp/none", "LD_AUDIT=/none")
        self.manager.systemctl("start", "probe.service")
        with open(result, encoding="utf-8") as file:
            self.assertEqual(json.load(file), HELD)


    def test_no_program_of_the_user_can_trace_the_daemon_or_read_its_memory(self):
        """As PrivateUsers=yes in the unit would allow."""
        self.manager.log_in()
        script = self.manager.write("attack.py", ATTACK)
        attacked = self.manager.run("/usr/bin/python3", script, str(self.manager.main_pid))
        self.assertEqual(json.loads(attacked.stdout), {
            "ptrace": EPERM, "mem": EACCES, "process_vm_readv": EPERM, "maps": EACCES, "environ": EACCES})
        # The same attacks succeed on a process of that user which forbids nothing.
        sleeper = self.manager.run("sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!").stdout.strip()
        attacked = self.manager.run("/usr/bin/python3", script, sleeper)
        self.assertEqual(set(json.loads(attacked.stdout).values()), {0})
        self.manager.run("kill", sleeper)

    def test_a_secret_that_gpg_decrypts_can_be_had_under_the_unit(self):
        """`pass` runs gpg, which starts an agent of its own."""
        lab.need_tools("gpg")
        self.manager.run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "me", "default",
                         "default", "never")
        self.manager.run("sh", "-c", "printf secret | gpg --batch --quiet --encrypt --recipient me --output secret.gpg")
        self.manager.run("gpgconf", "--kill", "all")
        self.manager.configure(self.server.account(client_authentication="client_secret_post")
                               + 'client_secret = { command = ["gpg", "--batch", "--quiet", '
                               f'"--decrypt", "{self.manager.home}/secret.gpg"] }}\n')
        self.manager.log_in()
        self.assertEqual(self.server.last_form["client_secret"], "secret")
        self.assertTrue(self.manager.token())

    def test_a_socket_unit_of_its_own_serves_a_table_of_the_configuration(self):
        self.manager.log_in()
        source = self.manager.source
        refused = self.manager.run("bash", f"{source}/systemd/install", "--socket", "ci", check=False)
        self.assertEqual(refused.returncode, 78, refused)
        self.assertIn("[sockets.ci]", refused.stderr)
        self.manager.configure(self.server.account() + '[sockets.ci]\naccounts = ["ads"]\n')
        self.manager.install("--socket", "ci")
        extra = f"{self.manager.runtime}/valetkey-ci.sock"
        read = self.manager.run("curl", "-s", "--unix-socket", f"/run/user/{self.manager.user}/valetkey-ci.sock",
                                "http://valetkey/token/ads")
        self.assertEqual(read.stdout, self.manager.token())
        status = self.manager.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket",
                                  f"/run/user/{self.manager.user}/valetkey-ci.sock", "http://valetkey/accounts")
        self.assertEqual(status.stdout, "404")
        self.assertEqual(self.manager.show("valetkey-ci.socket", "ActiveState"), "active")
        self.manager.install("--uninstall")
        self.assertFalse(os.path.exists(extra))
        self.assertEqual(self.manager.show("valetkey-ci.socket", "LoadState"), "not-found")


class Installation(InstalledCase):
    def below(self, *folders):
        """All files below these folders of the home."""
        found = set()
        for top in folders:
            for folder, _, names in os.walk(os.path.join(self.manager.home, top)):
                found |= {os.path.join(folder, name) for name in names}
        return found

    def test_installing_again_updates_a_running_daemon_and_fails_no_read(self):
        self.manager.log_in()
        before, files = self.manager.main_pid, self.below(".local/bin", ".config/systemd")
        with Reader(self.manager.socket, "/token/ads", 0.02, self.manager.user) as reader:
            reader.wait_reads(5)
            self.manager.install("--from", f"{self.manager.source}/programs")
            reader.wait_reads(5)
        self.assertEqual(reader.failures, [])
        self.assertNotEqual(self.manager.main_pid, before, "the new program runs")
        self.assertEqual(self.below(".local/bin", ".config/systemd"), files)

    def test_programs_are_stripped_and_pages_and_completions_installed(self):
        local = f"{self.manager.home}/.local"
        sections = self.manager.run("readelf", "-S", "--wide", f"{local}/bin/valetkeyd", f"{local}/bin/valetkey").stdout
        self.assertIn(".text", sections)
        self.assertNotIn(".debug_info", sections)
        for name in ("man/man1/valetkey-token.1", "man/man5/valetkey.toml.5", "man/man7/valetkey-socket.7",
                     "man/man8/valetkeyd.8", "bash-completion/completions/valetkey", "zsh/site-functions/_valetkey",
                     "fish/vendor_completions.d/valetkey.fish"):
            self.assertTrue(os.path.getsize(f"{local}/share/{name}"), name)
        for name in ("valetkey-ads", "valetkey-demo"):
            self.assertIn("valetkey", self.manager.run(f"{local}/bin/{name}", "--help").stdout)
        self.manager.install("--uninstall")
        self.assertLessEqual(set(os.listdir(f"{local}/share")), {"valetkey"})

    def test_uninstalling_removes_what_was_put_there_and_keeps_configuration_and_grants(self):
        self.manager.log_in()
        self.manager.write(".local/bin/mine", "#!/bin/sh\n")
        said = self.manager.install("--uninstall")
        self.assertEqual({os.path.basename(path) for path in self.below(".local/bin", ".config/systemd")}, {"mine"})
        self.assertFalse(os.path.exists(self.manager.socket))
        self.assertEqual(self.manager.show(SERVICE, "LoadState"), "not-found")
        for kept in (f"{self.manager.home}/.config/valetkey", f"{self.manager.home}/.local/state/valetkey"):
            self.assertIn(kept, said)
            self.assertTrue(os.listdir(kept))
        again = self.manager.run("bash", f"{self.manager.source}/systemd/install", "--uninstall", check=False)
        self.assertNotEqual(again.returncode, 0)

    def test_another_place_is_written_into_the_unit(self):
        place = f"{self.manager.home}/my programs, 100%"
        said = self.manager.install("--prefix", place, "--from", f"{self.manager.source}/programs")
        self.assertIn("PATH", said)
        self.manager.systemctl("restart", SERVICE)
        self.assertEqual(self.manager.ask("GET", "/health").status, 200)
        program = self.manager.program_of(self.manager.main_pid)
        self.assertEqual(program, f"{place}/bin/valetkeyd")
        self.manager.install("--uninstall")
        self.assertEqual(self.below("my programs, 100%", ".local/bin", ".config/systemd"), set())

    def test_a_wrong_option_is_a_usage_error_and_help_is_none(self):
        self.assertEqual(self.manager.run(
            "bash", f"{self.manager.source}/systemd/install", "--frum", check=False).returncode, 64)
        self.assertIn("--uninstall", self.manager.install("--help"))
