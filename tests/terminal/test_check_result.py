"""A result of `glimpse check`, and its lines in a terminal."""

from bot.terminal.check_result import CheckResult

ADDRESS = (
    "https://discord.com/oauth2/authorize?client_id=1576050496299335680&permissions=309237763072"
)


def test_result_of_one_endpoint_among_several_keeps_the_column() -> None:
    first = CheckResult(subject="endpoint", is_good=True, found="gpt-5.4 answers")
    further = CheckResult(subject="endpoint", name="spare", is_good=False, found="HTTP 401")

    assert first.written() == "ok    endpoint       gpt-5.4 answers\n"
    assert further.written() == "FAIL  endpoint       spare: HTTP 401\n"


def test_result_is_folded_where_the_terminal_is_narrow() -> None:
    finding = CheckResult(
        subject="endpoint",
        is_good=False,
        found="no connection to 127.0.0.1:9: Connection refused, and so on to the end",
        advice="check that it runs, its address, DNS, TLS and the firewall between the two",
    )

    lines = finding.written(60).splitlines()

    assert max(map(len, lines)) <= 60
    assert lines[0].startswith("FAIL  endpoint       no connection")
    assert {line[:21] for line in lines[1:]} == {" " * 21}
    said = " ".join(line[21:].strip() for line in lines)
    assert said == f"{finding.found} → {finding.advice}"


def test_result_in_a_file_or_a_pipe_is_one_line() -> None:
    finding = CheckResult(
        subject="database", is_good=True, found="word " * 40 + "end", advice="more"
    )

    assert finding.written().count("\n") == 2


def test_address_stays_whole_in_a_narrow_terminal() -> None:
    finding = CheckResult(
        subject="Discord token",
        is_good=True,
        found="it is glimpse's",
        advice=f"invite it: {ADDRESS}",
    )

    assert f" {ADDRESS}\n" in finding.written(80)
