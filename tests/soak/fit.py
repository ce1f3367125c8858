"""A straight line through samples of a time, and how sure its slope is."""

import dataclasses
import math
import statistics

BLOCKS = 20
T_97_5 = 2.101  # Student's t for 18 degrees of freedom: 95 % of intervals hold the slope


@dataclasses.dataclass(frozen=True)
class Line:
    first: float  # at the beginning of the measured time, by the line
    last: float  # at its end
    change: float
    bound: float  # half of the interval of the change over the measured time

    @property
    def most(self):
        """The most that it has grown by."""
        return self.change + self.bound

    @property
    def least(self):
        return self.change - self.bound


def line(times, values):
    """
    By least squares, through the medians of 20 parts of the time: samples next to each other are alike (garbage waits to be collected, flows for their end), and
    taken one by one they would make the slope look surer than it is. What happens once in a part, a neighbour's work on the same CPU say, is left out.
    """
    span = times[-1] - times[0]
    parts = [[] for _ in range(BLOCKS)]
    for time, value in zip(times, values):
        parts[min(int((time - times[0]) / span * BLOCKS), BLOCKS - 1)].append((time, value))
    if not all(parts):
        raise ValueError(f"too few samples for {BLOCKS} parts")
    x = [statistics.fmean(time for time, _ in part) for part in parts]
    y = [statistics.median(value for _, value in part) for part in parts]
    fit = statistics.linear_regression(x, y)
    spread = sum((value - fit.slope * time - fit.intercept) ** 2 for time, value in zip(x, y)) / (BLOCKS - 2)
    error = math.sqrt(spread / sum((time - statistics.fmean(x)) ** 2 for time in x))
    return Line(fit.intercept + fit.slope * times[0], fit.intercept + fit.slope * times[-1], fit.slope * span, T_97_5 * error * span)
