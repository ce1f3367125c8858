"""Comparisons that must be exact, each told as it is made."""


class Checks:
    def __init__(self, where):
        self.where = where
        self.passed = self.failed = 0

    def that(self, what, holds, detail=""):
        if holds:
            self.passed += 1
            print(f"ok: {self.where}: {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED: {self.where}: {what}: {detail}", flush=True)
        return holds

    def equal(self, what, tcptop, truth):
        return self.that(what, tcptop == truth, f"tcptop {tcptop}, truth {truth}, error {difference(tcptop, truth)}")


def difference(a, b):
    return a - b if isinstance(a, int) and isinstance(b, int) else "-"
