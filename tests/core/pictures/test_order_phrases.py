"""Which words ask for a picture, and which mean one that is there already."""

import pytest

from bot.core.pictures.order_phrases import asks_for_picture, refers_back


@pytest.mark.parametrize(
    "text",
    [
        "draw a cat",
        "Draw a cat?",
        "draw: a cat",
        "  please draw\n a cat",
        "could you please paint me a horse",
        "Can you sketch the old harbour",
        "imagine a castle in the clouds",
        "illustrate the story so far",
        "zeichne einen Hund",
        "Mal mir einen Hund",
        "bitte male das als Aquarell",
        "Kannst du mir einen Hund zeichnen?",
        "dessine-moi un mouton",
        "peux-tu me dessiner un mouton",
        "dibuja un gato",
        "disegna un gatto",
        "desenhe um gato",
        "teken een kat",
        "draw it as a watercolour",
    ],
)
def test_question_that_begins_with_an_order_asks_for_a_picture(text: str) -> None:
    assert asks_for_picture(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "draw",
        "what did you draw?",
        "drawing tips?",
        "sketches of Spain",
        "draw a conclusion from this",
        "draw up a plan",
        "Draw the line between them",
        "paint is peeling, how do I fix it",
        "imagine you are a pirate",
        "imagine that it rains",
        "imagine a world without lawyers, would it be better?",
        "mal sehen",
        "how do I draw a cat",
        "the painting is lovely",
    ],
)
def test_question_about_something_else_asks_for_none(text: str) -> None:
    assert not asks_for_picture(text)


@pytest.mark.parametrize(
    "text",
    [
        "draw it",
        "draw it as a watercolour",
        "draw this as a comic",
        "paint that again!",
        "draw the picture again",
        "paint this same photo in blue",
        "male das als Aquarell",
        "zeichne es neu",
        "dessine-le en bleu",
        "dibújalo en azul",
        "disegnalo in blu",
        "teken het opnieuw",
    ],
)
def test_wish_with_a_pronoun_is_about_the_picture_before(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "draw a cat",
        "draw this dog",
        "draw that big house",
        "draw a cat with it",
        "draw a dog that runs",
        "zeichne das Haus",
        "dessine la maison",
    ],
)
def test_wish_for_something_named_is_about_no_picture_before(text: str) -> None:
    assert not refers_back(text)
