"""A terminal's screen as a picture: lines with escape sequences for colours in, SVG out."""

import re
from xml.sax.saxutils import escape

CELL_WIDTH, CELL_HEIGHT, BASELINE, MARGIN = 8.4, 18, 13.5, 12
FOREGROUND, BACKGROUND = "#d4d4d4", "#16181d"
# The 16 that have names; of the others a terminal has no choice.
NAMED = (
    "#2b2f38", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
    "#5c6370", "#ff7b86", "#b5e890", "#ffd68a", "#82c4ff", "#e08cf5", "#6fd3e0", "#ffffff",
)
PIECE = re.compile(r"\x1b\[([0-9;]*)m|([^\x1b]+)")


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.foreground = self.background = None
        self.bold = self.dim = self.reverse = self.underline = False

    def take(self, numbers):
        while numbers:
            number = numbers.pop(0)
            if number in (38, 48):
                color = by_number(numbers.pop(0)) if numbers.pop(0) == 5 else "#{:02x}{:02x}{:02x}".format(*(numbers.pop(0) for _ in range(3)))
                setattr(self, "foreground" if number == 38 else "background", color)
            elif number == 0:
                self.reset()
            elif number in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[number], True)
            elif number == 22:
                self.bold = self.dim = False
            elif number in (24, 27):
                setattr(self, {24: "underline", 27: "reverse"}[number], False)
            elif number in (39, 49):
                setattr(self, "foreground" if number == 39 else "background", None)
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self.foreground = by_number(number - 30 if number < 40 else number - 82)
            elif 40 <= number <= 47 or 100 <= number <= 107:
                self.background = by_number(number - 40 if number < 50 else number - 92)
            else:
                raise ValueError(f"a style that is not known: {number}")

    def colors(self):
        pair = self.foreground or FOREGROUND, self.background or BACKGROUND
        return pair[::-1] if self.reverse else pair


def by_number(number):
    if number < 16:
        return NAMED[number]
    if number >= 232:
        return "#{0:02x}{0:02x}{0:02x}".format(8 + 10 * (number - 232))
    return "#" + "".join(f"{level * 40 + 55 if level else 0:02x}" for level in ((number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6))


def draw(lines, columns):
    width, height = columns * CELL_WIDTH + 2 * MARGIN, len(lines) * CELL_HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14" xml:space="preserve">',
        "<title>tcptop's screen</title>",
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{BACKGROUND}"/>',
    ]
    # What a line ends in, the next begins in.
    style = Style()
    for number, line in enumerate(lines):
        for column, text in pieces(line, style):
            parts += piece(column, MARGIN + number * CELL_HEIGHT, text, style)
    return "\n".join(parts + ["</svg>", ""])


def pieces(line, style):
    """Column and text of what looks the same, which is as the style then says."""
    column = 0
    for match in PIECE.finditer(line):
        if match[2] is None:
            style.take([int(number or 0) for number in match[1].split(";")])
            continue
        yield column, match[2]
        column += len(match[2])


def piece(column, top, text, style):
    """The background, and each word in its place: a font of another width then moves no column."""
    foreground, background = style.colors()
    if background != BACKGROUND:
        yield f'<rect x="{x(column)}" y="{top:g}" width="{len(text) * CELL_WIDTH + 0.2:.1f}" height="{CELL_HEIGHT}" fill="{background}"/>'
    looks = f' fill="{foreground}"' + (' font-weight="bold"' if style.bold else "") + (' opacity="0.6"' if style.dim else "")
    for word in re.finditer(r"\S+(?: \S+)*", text):
        yield (f'<text x="{x(column + word.start())}" y="{top + BASELINE:g}"{looks} textLength="{len(word[0]) * CELL_WIDTH:.1f}">'
               f"{escape(word[0])}</text>")


def x(column):
    return f"{MARGIN + column * CELL_WIDTH:.1f}"
