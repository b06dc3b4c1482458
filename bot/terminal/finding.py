"""What `glimpse check` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    subject: str
    is_good: bool
    found: str
    advice: str = ""  # what to do about it; also where it is good but could be better
    is_risky: bool = False  # good, but for something that should not stay so

    @property
    def line(self) -> str:
        """A line, and a second one where there is something to do."""
        mark = ("warn" if self.is_risky else "ok  ") if self.is_good else "FAIL"
        line = f"{mark}  {self.subject:<14} {self.found}\n"
        return f"{line}      {'':<14} → {self.advice}\n" if self.advice else line
