"""What must hold, each told as it is looked at; comparisons of tcptop with something else are counted apart."""


class Checks:
    def __init__(self, where):
        self.where = where
        self.passed = self.failed = self.compared = 0

    def that(self, what, holds, detail=""):
        if holds:
            self.passed += 1
            print(f"ok: {self.where}: {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED: {self.where}: {what}: {detail}", flush=True)
        return holds

    def compare(self, what, holds, detail=""):
        self.compared += 1
        return self.that(what, holds, detail)

    def equal(self, what, tcptop, truth):
        return self.compare(what, tcptop == truth, f"tcptop {tcptop}, truth {truth}, error {difference(tcptop, truth)}")


def difference(a, b):
    return a - b if isinstance(a, int) and isinstance(b, int) else "-"
