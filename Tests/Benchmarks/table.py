"""The table of a benchmark: what was measured beside something else, how much it varied, and what was aimed at."""

import os
import statistics


def load():
    """The load of the machine: how many processes wanted a processor in the last minute."""
    return os.getloadavg()[0]


def in_turns(rounds, measures):
    """Takes each measurement in each round, so that other load on the machine affects all of them alike; returns the
    values of each."""
    taken = [{name: measure() for name, measure in measures.items()} for _ in range(rounds)]
    return {name: [entry[name] for entry in taken] for name in measures}


class Ratio:
    """The ratios of one measurement to another, round by round: their median, and the least and the greatest."""

    def __init__(self, mine, other):
        self.rounds = [one / two for one, two in zip(mine, other, strict=True)]
        self.median = statistics.median(self.rounds)

    def __str__(self):
        return f"{self.median:.2f} ({min(self.rounds):.2f} to {max(self.rounds):.2f})"


class Table:
    HEAD = "| measure | valetkey | beside it | ratio (least to greatest) | aim |\n|---|---|---|---|---|"

    def __init__(self):
        self.missed = False
        self.lines = []
        # Name, ratio and what it is beside, for the plot.
        self.ratios = []
        print(self.HEAD)

    def row(self, name, mine, other="", ratio="", aim="", met=True):
        self.missed |= not met
        line = f"| {name} | {mine} | {other} | {ratio} | {aim}{'' if met else ' **missed**'} |"
        self.lines.append(line)
        print(line, flush=True)

    def compare(self, name, unit, mine, other, beside, most=None, least=None):
        """A row of medians, with the ratio of `mine` to `other` and the most or the least that it may be."""
        ratio = Ratio(mine, other)
        met = (most is None or ratio.median <= most) and (least is None or ratio.median >= least)
        aim = f"≤ {most}" if most is not None else f"≥ {least}" if least is not None else ""
        self.row(name, f"{statistics.median(mine):{unit}}", f"{beside}: {statistics.median(other):{unit}}", ratio, aim,
                 met)
        self.ratios.append((name, ratio, beside, most, least))
