"""The number and the fields of what failed."""

from bot.gateway.incidents import incident_fields, incident_of

SECRET = "what somebody wrote"


def test_incident_is_a_short_number_made_of_an_id() -> None:
    assert incident_of(1_314_159_265_358_979_323) == incident_of(1_314_159_265_358_979_323)
    assert len(incident_of(1_314_159_265_358_979_323)) == 6
    assert incident_of(0) == "000000"


def test_failure_is_told_by_kind_and_place() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        fields = incident_fields(error, "c0ffee")

    assert (fields["reason"], fields["incident"]) == ("ValueError", "c0ffee")
    assert str(fields["at"]).startswith("test_incidents.py:")
    assert SECRET not in str(fields)
