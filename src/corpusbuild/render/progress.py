"""How far work is, on one line: what is done, how much of it, how fast, and how long it will take."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import ceil

from corpusbuild.render.terminal import Terminal, padded
from corpusbuild.render.width import cells

_BAR = 16
_GAP = "  "
_BYTES = "bytes"
# Seconds that are looked back on, at least: an estimate over less would jump with every block.
_WINDOW = 5.0
# Seconds of a step before which its rate is not worth showing.
_SOON = 1.0
_YEAR = 365 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a step is. ``began`` and ``seen`` (when ``done`` was last told) are seconds of one clock; ``rate`` is per second."""

    what: str
    done: int
    total: int
    unit: str
    began: float
    seen: float
    rate: float | None = None

    def left(self, now: float) -> int | None:
        """Seconds that it will take yet, whole ones and one at least; it counts down between one word and the next.

        None where that is not known, or a year or more, which nothing of this is good for.
        """
        if not self.rate or not self.total:
            return None
        seconds = (self.total - self.done) / self.rate - (now - self.seen)
        return max(ceil(seconds), 1) if seconds < _YEAR else None


@dataclass(slots=True)
class Pace:
    """Follows one step after the other, and measures how fast each is now: over the last half of it, and five seconds at least."""

    stage: Stage | None = None
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    def note(self, now: float, what: str, done: int, total: int, unit: str) -> Stage:
        """Take note of how far a step is."""
        before = self.stage
        if before is not None and (before.what, before.done, before.total) == (what, done, total):
            return before
        if before is None or before.what != what or done < before.done:
            self._samples.clear()
            self._samples.append((now, done))
            self.stage = Stage(what, done, total, unit, now, now)
            return self.stage
        samples = self._samples
        samples.append((now, done))
        since = now - max(_WINDOW, (now - before.began) / 2)
        while len(samples) > 2 and samples[1][0] <= since:
            samples.popleft()
        began, from_ = samples[0]
        rate = (done - from_) / (now - began) if now > began else None
        self.stage = Stage(what, done, total, unit, before.began, now, rate)
        return self.stage


def line(stage: Stage, now: float, terminal: Terminal) -> str:
    """The line, without colour, one cell narrower than the terminal, where its cursor stands; what matters least is left out first."""
    known = now - stage.began >= _SOON
    if not stage.total and not stage.done:
        parts = [stage.what, clock(now - stage.began)] if known else [stage.what]
        return terminal.cut(_GAP.join(parts), terminal.width - 1)
    bar = ""
    if stage.total:
        # The blank cells are part of it: what comes after it stays where it is.
        bar = padded(terminal.bar(min(stage.done / stage.total, 1), _BAR), _BAR)
    amount = _amount(stage)
    rate = _rate(stage.rate, stage.unit) if stage.rate and known else ""
    left = stage.left(now) if known else None
    remaining = "" if left is None else f"{clock(left)} left"
    for chosen in ((bar, amount, rate, remaining), (amount, rate, remaining), (amount, remaining), (amount,)):
        parts = [stage.what, *(each for each in chosen if each)]
        if cells(_GAP.join(parts)) < terminal.width:
            return _GAP.join(parts)
    return terminal.cut(f"{stage.what}{_GAP}{amount}", terminal.width - 1)


def _amount(stage: Stage) -> str:
    if stage.unit == _BYTES:
        scale, name = (1e6, "MB") if stage.total >= 1e6 else (1e3, "kB")
        return f"{stage.done / scale:,.0f} of {stage.total / scale:,.0f} {name}"
    of = f" of {stage.total:,}" if stage.total else ""
    return f"{stage.done:,}{of} {stage.unit}".rstrip()


def _rate(rate: float, unit: str) -> str:
    if unit == _BYTES:
        return f"{rate / 1e6:,.1f} MB/s"
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


def clock(seconds: float) -> str:
    """``0:07``, ``12:30``, ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
