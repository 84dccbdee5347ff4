"""A real `systemd --user` in mount, pid and cgroup namespaces of its own, for user `nobody`.

Only ever the user manager: a system manager started this way would share `/` and clean the real temporary folder.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile

import lab

MANAGERS = ("/usr/lib/systemd/systemd", "/lib/systemd/systemd")
USER = "nobody"

# The shell is process 1 of the namespace, because systemd as process 1 assumes that it is the system manager. /run is a
# new tmpfs with the folders that the manager expects of a booted system. The user's own runtime folder is the one that
# the tests see too.
INSIDE = r"""
set -e
root=$1 user=$2 manager=$3
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system /run/systemd/unit-root /run/systemd/incoming /run/systemd/inaccessible \
    /run/credentials "/run/user/$user"
mount --bind "$root/run" "/run/user/$user"
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
setpriv --reuid="$user" --regid="$user" --clear-groups env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$root/home" \
    XDG_RUNTIME_DIR="/run/user/$user" "$manager" --user || true
"""


def _cgroup_root():
    """Where cgroup version 2 is mounted, even where version 1 is as well."""
    for path in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        if os.path.exists(f"{path}/cgroup.controllers") and os.access(path, os.W_OK):
            return path
    return None


class UserManager:
    """`with UserManager() as manager`: its home is `home`, its runtime folder `runtime`, seen from outside as well."""

    def __init__(self):
        lab.need(os.getuid() == 0, "a user manager of its own needs root")
        lab.need_tools("unshare", "nsenter", "setpriv", "systemctl", "dbus-daemon")
        self.program = next((path for path in MANAGERS if os.access(path, os.X_OK)), None)
        lab.need(self.program, "systemd is not installed")
        self.cgroups = _cgroup_root()
        lab.need(self.cgroups, "no writable cgroup version 2 hierarchy")
        self.user = pwd.getpwnam(USER).pw_uid
        self.root = tempfile.mkdtemp(prefix="vk-systemd-")
        os.chmod(self.root, 0o755)
        self.home, self.runtime = f"{self.root}/home", f"{self.root}/run"
        os.mkdir(self.home, 0o700)
        # In memory, as the runtime folder of a session is.
        self._memory = tempfile.mkdtemp(prefix="vk-systemd-", dir="/dev/shm")
        os.symlink(self._memory, self.runtime)
        for folder in (self.home, self._memory):
            os.chown(folder, self.user, self.user)
        self.socket = f"{self.runtime}/valetkey.sock"
        self.cgroup = f"{self.cgroups}/{os.path.basename(self.root)}"
        os.mkdir(self.cgroup)
        os.chown(self.cgroup, self.user, self.user)
        for name in ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
            os.chown(f"{self.cgroup}/{name}", self.user, self.user)
        self.log = f"{self.root}/log"
        self._outer = None

    def __enter__(self):
        try:
            with open(self.log, "wb") as log:
                self._outer = subprocess.Popen(
                    ["sh", "-c", 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"', "sh", self.cgroup,
                     "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--cgroup",
                     "--propagation", "private", "bash", "-c", INSIDE, "bash", self.root, str(self.user),
                     self.program],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            lab.until(self._running, lambda: f"the user manager runs; it said:\n{self._said()}", 30)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._outer:
            with contextlib.suppress(AssertionError, OSError, IndexError, subprocess.TimeoutExpired):
                self.systemctl("exit")
                self._outer.wait(10)
            # --kill-child ends the namespace's process 1, and with it all processes inside.
            self._outer.kill()
            self._outer.wait()

        def empty():
            with contextlib.suppress(OSError):
                for folder, _, _ in os.walk(self.cgroup, topdown=False):
                    os.rmdir(folder)
                return True
        lab.until(empty, "the control group is empty")
        for folder in (self.root, self._memory):
            shutil.rmtree(folder, ignore_errors=True)

    def _said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def _running(self):
        if self._outer.poll() is not None:
            raise AssertionError(f"the user manager ended at once:\n{self._said()}")
        with contextlib.suppress(subprocess.CalledProcessError, OSError, IndexError):
            return self.run("systemctl", "--user", "is-system-running", check=False).stdout.strip() in (
                "running", "degraded")

    def _inner(self):
        """Process 1 of the namespaces, by its process id outside."""
        with open(f"/proc/{self._outer.pid}/task/{self._outer.pid}/children", encoding="ascii") as file:
            return file.read().split()[0]

    def command(self, *command, **variables):
        """The command that runs a program as that user inside the namespaces."""
        environment = {
            "PATH": f"{self.home}/.local/bin:/usr/local/bin:/usr/bin:/bin", "HOME": self.home, "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": f"/run/user/{self.user}",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path=/run/user/{self.user}/bus", **variables}
        return ["nsenter", "-t", self._inner(), "-m", "-p", "-C", "setpriv", f"--reuid={self.user}",
                f"--regid={self.user}", "--clear-groups", "env", "-i", "-C", self.home,
                *(f"{name}={value}" for name, value in environment.items()), *command]

    def run(self, *command, check=True, timeout=60, **variables):
        done = subprocess.run(self.command(*command, **variables), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)} exited {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def program_of(self, process):
        """The executable of a process inside. Only root can see that of a process that forbids tracing."""
        return subprocess.run(["nsenter", "-t", self._inner(), "-m", "-p", "readlink", f"/proc/{process}/exe"],
                              capture_output=True, text=True, check=True).stdout.strip()

    def systemctl(self, *arguments, check=True):
        return self.run("systemctl", "--user", "--no-pager", *arguments, check=check).stdout.strip()

    def show(self, unit, member):
        return self.systemctl("show", "--value", "-p", member, unit)

    def write(self, path, text, mode=0o600):
        """A file of that user below the home folder."""
        path = os.path.join(self.home, path)
        missing = []
        folder = os.path.dirname(path)
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            os.mkdir(folder, 0o700)
            os.chown(folder, self.user, self.user)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chown(path, self.user, self.user)
        os.chmod(path, mode)
        return path
