import inspect
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import wording
from bot.core.answers.citations import Source
from bot.core.answers.events import (
    Completed,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)
from bot.core.conversation.errors import NothingToRead, QuestionTooLarge
from bot.core.conversation.turns import LeftOut, LeftOutReason
from bot.core.endpoints.outages import Outage, Restored
from bot.core.models.offers import NotOffered
from bot.core.moderation.preferences import Preference, Scope, Topic
from bot.core.pictures.errors import OrderFault, OrderRefused, PicturesOff, PictureTooDear
from tests.core.wording.samples import LONG_OFFER, PARTS, PICTURE_CHARGE, UNREADABLE, exceeded, left

FOR_WORDS = {"bot.core.wording.names", "bot.core.wording.amounts"}  # parts of sentences
EVERY_SENTENCE = [
    *(wording.failed(failure, incident="a1b2c3") for failure in Failure),
    *(wording.cut(failure, incident="a1b2c3") for failure in Failure),
    *(wording.operator_advice(failure) for failure in Failure),
    *(
        wording.incomplete(reason, has_text=shown)
        for reason in IncompleteReason
        for shown in (True, False)
    ),
    *(wording.not_acceptable(has_text=shown) for shown in (True, False)),
    *(
        wording.left_out_reason(LeftOut(name="photo.heic", reason=reason))
        for reason in LeftOutReason
    ),
    *(
        wording.terminal_left_out(LeftOut(name="photo.heic", reason=reason))
        for reason in LeftOutReason
    ),
    *(wording.what_was_read(file) for file in PARTS),
    *(wording.read_in_part(file) for file in PARTS),
    *(wording.terminal_read_in_part(file) for file in PARTS),
    wording.read_in_part_line(PARTS),
    wording.nothing_to_read(NothingToRead((LeftOut(name="x" * 500, reason=UNREADABLE),) * 9)),
    *(wording.ending_name(ending) for ending in Ending),
    *(wording.refused(has_text=shown) for shown in (True, False)),
    *(wording.stopped(has_text=shown) for shown in (True, False)),
    *(wording.interrupted(has_text=shown) for shown in (True, False)),
    *(
        wording.terminal_ending(Failed(failure=failure, detail="x" * 900), has_text=False)
        for failure in Failure
    ),
    *(
        wording.terminal_ending(Incomplete(usage=None, reason=reason), has_text=True)
        for reason in IncompleteReason
    ),
    wording.terminal_ending(Completed(usage=None), has_text=False),
    wording.terminal_ending(Refused(usage=None), has_text=False),
    *(wording.interrupted_mark(has_text=shown) for shown in (True, False)),
    wording.answered_too_late(),
    wording.name_taken("main"),
    wording.too_busy(),
    wording.unknown_form(),
    wording.command_cut_off(),
    wording.command_not_begun(),
    wording.status("", seconds=0),
    wording.status("h" * 500, seconds=3_599.9),
    wording.settings_here({}, offered=frozenset()),
    wording.settings_here(
        {Topic.WEB_SEARCH: Preference(value="on", scope=Scope.SERVER)}, offered=frozenset(Topic)
    ),
    wording.setting_changed(Topic.WEB_SEARCH, "on", Scope.CHANNEL, before=None, here="on"),
    wording.setting_changed(Topic.PICTURES, None, Scope.SERVER, before="on", here="off"),
    wording.setting_changed(Topic.PICTURES, "on", Scope.SERVER, before="off", here="off"),
    wording.setting_changed(Topic.PICTURES, "on", Scope.SERVER, before="on", here="on"),
    *(wording.setting_state(value) for value in ("on", "off", None)),
    *(wording.setting_scope(scope) for scope in Scope),
    wording.setting_not_offered(Topic.PICTURES),
    wording.settings_not_allowed(),
    wording.searching("", ""),
    wording.searching("rain *today*", ""),
    wording.searching("", "https://www.example.com/x"),
    wording.sources(
        [Source(number=1, url="https://a.example/x", host="a.example", title="A [b](c) @everyone")]
    ),
    wording.preparing(1),
    wording.preparing(12),
    wording.reduced_line(["x" * 300] * 9),
    wording.terminal_no_picture("letter.pdf"),
    wording.terminal_reduced(),
    wording.terminal_typical_answer(300),
    wording.empty_answer(),
    wording.greeting(),
    wording.STOP_LABEL,
    wording.stop_accepted(),
    wording.stop_not_allowed(),
    wording.stop_too_late(),
    wording.only_in_a_server(),
    wording.store_error(incident="a1b2c3"),
    wording.database_failed(incident="a1b2c3"),
    wording.can_not_save(incident="a1b2c3"),
    wording.unexpected_error(incident="a1b2c3"),
    wording.question_too_large(QuestionTooLarge(needed=10**12, allowed=10**12)),
    wording.quota_exceeded(exceeded(limit=0)),
    wording.quota_exceeded(exceeded()),
    wording.quota_exceeded(exceeded(remaining=300)),
    wording.quota_exceeded(exceeded(limit=10**12, remaining=10**9, reserved=10**12)),
    wording.picture_making(1),
    wording.picture_making(4),
    wording.picture_caption("a cat @everyone"),
    wording.picture_footer(PICTURE_CHARGE),
    wording.picture_footer(
        replace(PICTURE_CHARGE, cost_microusd=None, is_estimated=True),
        tightest=left(3),
        left_out=[LeftOut(name="a.png", reason=LeftOutReason.DAMAGED)],
        notes=["Stopped."],
    ),
    wording.dollars(0),
    wording.dollars(10**12),
    wording.picture_alt(model="gpt-image-2", prompt="a cat"),
    *(wording.picture_refused(has_words=spoken) for spoken in (True, False)),
    wording.picture_missing(),
    wording.picture_unreadable(),
    *(wording.picture_failed(failure, incident="a1b2c3") for failure in Failure),
    *(wording.picture_stopped(has_pictures=some) for some in (True, False)),
    wording.picture_interrupted(),
    wording.pictures_missing(made=1, count=4),
    wording.picture_unfinished(),
    wording.picture_shrunk(),
    wording.pictures_not_kept(),
    *(wording.refusal(PicturesOff(is_direct=direct)) for direct in (True, False)),
    *(wording.refusal(OrderRefused(fault, ("auto", "1024x1024"))) for fault in OrderFault),
    *(
        wording.picture_too_dear(PictureTooDear(error, needed=10**6))
        for error in (
            exceeded(limit=10**12, remaining=10**9, reserved=10**12),
            exceeded(limit=100, remaining=100),
        )
    ),
    wording.pictures_off(PicturesOff(is_direct=False)),
    wording.order_refused(OrderRefused(OrderFault.COUNT, ("2",))),
    wording.imagine_description(),
    wording.imagine_choice("auto"),
    wording.imagine_choice("1024x1536"),
    *(
        wording.model_here(LONG_OFFER, scope=scope, missing=missing, cost=10**12)
        for scope in (None, *Scope)
        for missing in ("", "n" * 300)
    ),
    *(wording.model_chosen(LONG_OFFER, scope=scope) for scope in Scope),
    *(wording.model_default(LONG_OFFER, scope=scope) for scope in (None, *Scope)),
    wording.model_overruled(LONG_OFFER, chosen="n" * 300),
    wording.model_not_offered(NotOffered("n" * 5_000)),
    wording.model_not_allowed(),
    wording.model_missing("n" * 300),
    wording.model_suggestion(LONG_OFFER),
    wording.model_suggestion_of_default(LONG_OFFER),
    *(
        wording.operator_notice(
            Outage(
                endpoint="n" * 32,
                model="n" * 300,
                failed=Failed(failure=failure),
                pause=1_800.0,
                is_new=True,
            )
        )
        for failure in Failure
    ),
    wording.operator_notice(Restored(endpoint="n" * 32, model="n" * 300)),
]


@pytest.mark.parametrize("sentence", dict.fromkeys(EVERY_SENTENCE))
def test_a_sentence_is_short_and_not_empty(sentence: str) -> None:
    assert 0 < len(sentence) <= 300
    assert sentence == sentence.strip()


def test_every_sentence_of_the_catalogue_is_tested() -> None:
    functions = inspect.getmembers(wording, inspect.isfunction)
    own = {
        name
        for name, function in functions
        if function.__module__.startswith(wording.__name__) and function.__module__ not in FOR_WORDS
    }

    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    here = "".join(file.read_text(encoding="utf-8") for file in files)

    assert {name for name in own - {"left_out_verb"} if f"wording.{name}(" not in here} == set()
