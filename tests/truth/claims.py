"""What a program of a workload reports of itself, and what tcptop says of the same."""

import dataclasses


@dataclasses.dataclass
class Derived:
    """A part that no program reports: tcpdump's capture has it. As it could hide what tcptop counts wrong, it must be in a range."""
    number: int
    why: str
    allowed: range


@dataclasses.dataclass
class Claim:
    what: str
    reported: int
    tcptop: int
    unit: str = "bytes"
    differs: list = dataclasses.field(default_factory=list)  # (number, why): what one of the two counts by its definition and the other does not
    derived: Derived = None

    def expected(self):
        return self.reported + sum(number for number, _ in self.differs) + (self.derived.number if self.derived else 0)

    def check(self, checks):
        if self.derived:
            checks.that(f"{self.what}: {self.derived.number:,} {self.derived.why}", self.derived.number in self.derived.allowed, f"not in {self.derived.allowed}")
        checks.equal(f"{self.what}, {self.unit}", self.tcptop, self.expected())

    def row(self, workload, where):
        parts = [*self.differs, *([(self.derived.number, f"{self.derived.why} (from tcpdump's capture)")] if self.derived else [])]
        why = ", ".join(f"{number:+,} {reason}" for number, reason in parts if number)
        return {"workload": workload, "where": where, "what": self.what, "unit": self.unit, "reported": self.reported, "why": why,
                "expected": self.expected(), "tcptop": self.tcptop}
