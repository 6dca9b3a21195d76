"""The colours of all that a terminal shows: of middle luminance, so that they read on a light ground and on a dark one.

The sixteen named colours are whatever a terminal makes of them, and yellow on white or blue on black is not read by
anybody. These are from the cube of 256, which is the same everywhere; each has a contrast of 4 to 1 or more with
white and with black (WCAG 2), red on white by a hair less.
"""

from __future__ import annotations

RESET, BOLD, INVERSE = "\x1b[0m", "\x1b[1m", "\x1b[7m"
RED, ORANGE, GREEN, TEAL, BLUE = (f"\x1b[38;5;{number}m" for number in (196, 130, 28, 30, 27))
BOLD_RED, BOLD_ORANGE, BOLD_TEAL, BOLD_BLUE = (colour.replace("[", "[1;") for colour in (RED, ORANGE, TEAL, BLUE))
