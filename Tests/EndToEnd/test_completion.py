"""The shells' completions, in the shells themselves: each asks the command what can follow."""

import shutil

import lab
from daemon import Daemon
from terminal import Terminal
from tokenserver import TokenServer

SCRIPTS = f"{lab.REPOSITORY}/systemd/completions"

# Completes the line of its first argument as readline does, and prints what it would offer.
BASH = f"""
source {SCRIPTS}/valetkey.bash
COMP_LINE=$1 COMP_POINT=${{#1}}
compopt() {{ :; }}
_valetkey
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


class Completion(lab.Case):
    @classmethod
    def setUpClass(cls):
        cls.server = TokenServer()
        cls.addClassCleanup(cls.server.close)
        cls.place = lab.Home()
        cls.addClassCleanup(cls.place.remove)
        cls.place.configure(cls.server.account() + '\n[accounts.ads.tokens.calendar]\nscopes = ["calendar"]\n')
        cls.daemon = Daemon(cls.place)
        cls.addClassCleanup(cls.daemon.end)

    def bash(self, line, **variables):
        done = self.place.run("bash", "--norc", "-c", BASH, "bash", line, **variables)
        self.assertEqual(done.stderr, "", line)
        return done.stdout.split()

    def fish(self, line, **variables):
        lab.need_tools("fish")
        done = self.place.run(
            "fish", "--no-config", "-c", f"source {SCRIPTS}/valetkey.fish; complete --do-complete $argv[1]", "--", line,
            **variables)
        self.assertEqual(done.stderr, "", line)
        return [candidate.split("\t")[0] for candidate in done.stdout.splitlines()]

    def zsh(self, line, whole):
        """Waits until zsh has made the whole line of what is typed, after Tab."""
        lab.need_tools("zsh")
        with open(f"{self.place.root}/.zshrc", "w", encoding="utf-8") as file:
            file.write(f"fpath=({SCRIPTS} $fpath); autoload -Uz compinit; compinit -D -u\n"
                       "unsetopt prompt_sp prompt_cr beep; unset zle_bracketed_paste; PS1='ready> '\n")
        shell = Terminal([shutil.which("zsh"), "-i"], self.place.environment(TERM="dumb", ZDOTDIR=self.place.root))
        shell.read_until("ready> ")
        shell.press(*line.encode(), 9)
        shell.read_until(whole)
        shell.press(3)
        shell.read_until("ready> ")
        shell.type("exit")
        shell.end()

    def check(self, complete):
        self.assertIn("token", complete("valetkey to"))
        self.assertEqual(set(complete("valetkey token ")) & {"ads", "ads/calendar"}, {"ads", "ads/calendar"})
        self.assertIn("--min-ttl", complete("valetkey token --m"))
        self.assertIn("kubernetes", complete("valetkey token ads --format k"))
        self.assertIn("google", complete("valetkey setup goo"))
        self.assertIn("accounts", complete("valetkey ads acc"))
        self.assertIn("ads", complete("valetkey ads user a"))
        self.assertIn("Reporting", complete("valetkey ads call ads Rep"))
        self.assertIn("--auto", complete("valetkey demo --a"))
        self.assertEqual(complete("valetkey nothing that "), [])

    def test_bash_completes_commands_options_accounts_and_presets(self):
        self.check(self.bash)

    def test_fish_completes_commands_options_accounts_and_presets(self):
        self.check(self.fish)

    def test_bash_completes_a_value_behind_the_option_and_files(self):
        self.assertEqual(self.bash("valetkey token ads --format=cu"), ["curl"])
        self.assertIn(f"{SCRIPTS}/valetkey.fish", self.bash(f"valetkey config check {SCRIPTS}/valetkey.f"))

    def test_only_what_begins_as_typed_is_offered(self):
        self.assertEqual(self.bash("valetkey provi"), ["providers"])
        self.assertEqual(self.fish("valetkey provi"), ["providers"])

    def test_zsh_completes_commands_accounts_and_other_programs(self):
        for line, whole in (("valetkey provi", "valetkey providers"), ("valetkey token ads/", "valetkey token ads/calendar"),
                            ("valetkey ads acco", "valetkey ads accounts"), ("valetkey demo --au", "valetkey demo --auto"),
                            ("valetkey token ads --format kub", "valetkey token ads --format kubernetes")):
            self.zsh(line, whole)

    def test_without_a_daemon_the_names_come_from_the_configuration(self):
        self.assertEqual(self.bash("valetkey token ", VALETKEY_SOCKET="/nowhere"), ["ads", "ads/calendar"])
        self.assertEqual(self.fish("valetkey login ", VALETKEY_SOCKET="/nowhere"), ["ads", "ads/calendar"])

    def test_without_daemon_and_configuration_nothing_is_offered_or_said(self):
        nowhere = {"VALETKEY_SOCKET": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"}
        self.assertEqual(self.bash("valetkey token ", **nowhere), [])
        self.assertEqual(self.fish("valetkey token ", **nowhere), [])

    def test_the_label_explains_an_account(self):
        home = self.home()
        home.configure(self.server.account(label="M\u00fcller GmbH"))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        self.assertEqual(home.run(lab.program("valetkey"), "complete", "--", "token", "").stdout, "ads\tM\u00fcller GmbH\n")
