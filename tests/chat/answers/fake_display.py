"""A display that keeps what it is given."""


class FakeDisplay:
    def __init__(self) -> None:
        self.text = ""
        self.activities: list[str] = []

    def add(self, text: str) -> None:
        self.text += text

    def wait(self, activity: str = "") -> None:
        self.activities.append(activity)
