"""Looks for byte strings in the memory of a process, as root."""


def _readable(process):
    with open(f"/proc/{process}/maps", encoding="utf-8") as file:
        for line in file:
            place, rights, *_ = line.split(maxsplit=2)
            if rights.startswith("r") and "[vvar" not in line and "[vsyscall" not in line:
                start, end = (int(part, 16) for part in place.split("-"))
                yield start, end, line.split()[5] if len(line.split()) > 5 else "anonymous"


def hits(process, needles):
    """How often each of the named byte strings occurs, and where: {name: [mapping, …]}."""
    found = {name: [] for name in needles}
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for start, end, name in _readable(process):
            try:
                memory.seek(start)
                content = memory.read(end - start)
            except OSError:
                continue
            for key, needle in needles.items():
                place = content.find(needle)
                while place >= 0:
                    found[key].append(f"{name} {start + place:x}")
                    place = content.find(needle, place + 1)
    return found
