"""A session bus of its own, without folders of services: it starts no program by itself."""

import os

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN'
 'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>
<busconfig><type>session</type><listen>{address}</listen><policy context='default'>
<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>
"""


class SessionBus:
    """`command` starts it; it is there once `path` exists."""

    def __init__(self, home):
        runtime = os.path.join(home.root, "bus")
        os.mkdir(runtime, 0o700)
        self.path = f"{runtime}/bus"
        self.address = f"unix:path={self.path}"
        configuration = f"{runtime}/bus.conf"
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(address=self.address))
        self.command = ["dbus-daemon", "--nofork", f"--config-file={configuration}"]
