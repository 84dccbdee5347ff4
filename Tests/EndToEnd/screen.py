"""What a terminal of some width shows after a program has written to it: enough of ECMA-48 for this program's screens."""

import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[(?P<parameters>[0-9;?]*)(?P<final>[@-~])|(?P<single>[78]))")


def cells(text):
    """The width of a text in cells."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) != 0 for character in text)


class Screen:
    """All rows that a terminal has shown, those that have scrolled away included. A line that is too long goes on in the
    next row, as terminals do it."""

    def __init__(self, columns):
        self.columns, self.rows, self.row, self.column, self.saved = columns, [[]], 0, 0, (0, 0)

    def feed(self, text):
        place = 0
        while place < len(text):
            found = SEQUENCE.match(text, place)
            if found:
                self._obey(found)
                place = found.end()
                continue
            self._put(text[place])
            place += 1
        return self

    def _put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            while len(self.rows) <= self.row:
                self.rows.append([])
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            if self.column + cells(character) > self.columns:
                self._put("\n")
                self.column = 0
            row = self.rows[self.row]
            row.extend(" " * (self.column - len(row)))
            row[self.column:self.column + cells(character)] = [character] + [""] * (cells(character) - 1)
            self.column += cells(character)

    def _obey(self, found):
        final, numbers = found["final"], [int(number or 0) for number in re.findall(r"\d+", found["parameters"] or "")]
        count = max(1, numbers[0] if numbers else 1)
        if found["single"] == "7":
            self.saved = (self.row, self.column)
        elif found["single"] == "8":
            self.row, self.column = self.saved
        elif final == "A":
            self.row = max(0, self.row - count)
        elif final == "K":
            row = self.rows[self.row]
            del row[0 if numbers[:1] == [2] else self.column:]
        elif final == "J":
            del self.rows[self.row][self.column:]
            del self.rows[self.row + 1:]

    @property
    def lines(self):
        """The rows as text, without blanks at their ends."""
        return ["".join(row).rstrip() for row in self.rows]
