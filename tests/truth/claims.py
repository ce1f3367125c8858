"""What a program of a workload reports of itself, and what tcptop says of the same."""

import dataclasses


@dataclasses.dataclass
class Claim:
    what: str
    reported: int
    tcptop: int
    unit: str = "bytes"
    differs: list = dataclasses.field(default_factory=list)  # (number, why): what one of the two counts by its definition and the other does not

    def expected(self):
        return self.reported + sum(number for number, _ in self.differs)

    def check(self, checks):
        checks.equal(f"{self.what}, {self.unit}", self.tcptop, self.expected())

    def row(self, workload, where):
        why = ", ".join(f"{number:+,} {reason}" for number, reason in self.differs if number)
        return {"workload": workload, "where": where, "what": self.what, "unit": self.unit, "reported": self.reported, "why": why,
                "expected": self.expected(), "tcptop": self.tcptop}
