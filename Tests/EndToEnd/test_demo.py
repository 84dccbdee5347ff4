"""`valetkey demo`: the complete demonstration on this machine, without an account anywhere."""

import glob
import os
import subprocess

import lab


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
