"""Writes what a benchmark has found into the documentation: a page with its table, and a plot of its ratios."""

import datetime
import html
import os
import platform

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                      "Sources", "Documentation.docc")
WIDTH, LEFT, RIGHT, TOP, LINE = 780, 330, 140, 46, 30
# The ratio at the right edge of the plot; what is greater is cut off there, with its number.
EDGE = 2.0


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else f"{os.cpu_count()} × {platform.machine()}"


def plot(table):
    """One bar a ratio, from its least to its greatest round with a mark at the median, beside the line of 1."""
    scale = (WIDTH - LEFT - RIGHT) / EDGE
    height = TOP + LINE * len(table.ratios) + 16

    def x(ratio):
        return LEFT + min(ratio, EDGE) * scale

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
        f'<text x="16" y="24" fill="#1f2328" font-weight="600">valetkey beside others (ratio; 1 is as much)</text>',
    ]
    for mark in (0.0, 0.5, 1.0, 1.5, 2.0):
        stroke = "#57606a" if mark == 1 else "#d0d7de"
        parts.append(f'<line x1="{x(mark):.0f}" y1="{TOP - 8}" x2="{x(mark):.0f}" y2="{height - 14}" stroke="{stroke}"/>')
    for index, (name, ratio, beside, most, least) in enumerate(table.ratios):
        y = TOP + LINE * index + LINE / 2
        met = (most is None or ratio.median <= most) and (least is None or ratio.median >= least)
        colour = "#1a7f37" if met else "#cf222e"
        low, high = x(min(ratio.rounds)), x(max(ratio.rounds))
        parts += [
            f'<text x="16" y="{y + 4:.0f}" fill="#1f2328">{html.escape(name)}</text>',
            f'<rect x="{low:.0f}" y="{y - 5:.0f}" width="{max(2, high - low):.0f}" height="10" rx="3" fill="{colour}" '
            'fill-opacity="0.35"/>',
            f'<circle cx="{x(ratio.median):.0f}" cy="{y:.0f}" r="5" fill="{colour}"/>',
            f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4:.0f}" fill="#1f2328">{ratio.median:.2f} of {html.escape(beside)}'
            '</text>',
        ]
    return "\n".join(parts + ["</svg>", ""])


def write(table, load):
    with open(os.path.join(FOLDER, "Resources", "benchmarks.svg"), "w", encoding="utf-8") as file:
        file.write(plot(table))
    day = datetime.date.today().isoformat()
    rows = "\n".join([table.HEAD, *table.lines])
    with open(os.path.join(FOLDER, "Benchmarks.md"), "w", encoding="utf-8") as file:
        file.write(f"""# Benchmarks

What a read, a command, a start and an account cost, beside the least that a C program can do.

## Overview

![The ratios of valetkey's measures to those of other programs](benchmarks.svg)

`Tests/Benchmarks/run --write` made this page on {day}, on {processor()}, Linux {".".join(platform.release().split(".")[:2])}; the load of the
machine was {load[0]:.1f} before and {load[1]:.1f} after. Tokens have 1,500 octets. Each comparison takes both sides in
turns, so that other load affects both; a ratio is the median over the rounds, with the least and the greatest.

{rows}

- "C" is `floor.c`, a server with one thread and one epoll set that sends a fixed answer, or `ask.c`, a client that prints
  an answer's body. `oidc-token` and `pizauth` are measured where they are installed.
- The programs are measured as they are installed: stripped copies of what was built.
- Privately written memory is what a program costs the machine: pages of its file can be read again, and are shared.
- Run it on a quiet machine: `Tests/Benchmarks/run`. It ends with 1 where an aim is missed.
""")
