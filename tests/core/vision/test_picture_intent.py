"""What a question wants of its pictures; a wrong glance makes an answer worse, so doubt is no glance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.vision.picture_intent import Use, find_use

READ = [
    "What does it say?",
    "what does the sign on the left say",
    "please transcribe this",
    "Read it out loud, word for word",
    "extract the text",
    "What is written on the label?",
    "translate this menu",
    "Was steht da auf dem Schild?",
    "Kannst du das abtippen?",
    "Lies mir das vor",
    "Que dit ce panneau ?",
    "Transcris cette page",
    "Qu'est-ce qui est écrit ?",
    "¿Qué pone aquí?",
    "Transcribe el texto",
    "O que está escrito aqui?",
    "Transcreva a imagem",
    "Что тут написано?",
    "Прочитай, пожалуйста",
    "何と書いてありますか？",
    "文字起こしして",
    "上面写了什么？",
    "请翻译一下",
]
GLANCE = [
    "What colour is this?",
    "what's the dominant color?",
    "Which is the main colour?",
    "Is there a dog in this picture?",
    "are there any people?",
    "Is this a photo?",
    "Is it day or night?",
    "Welche Farbe hat das?",
    "Was ist die Hauptfarbe?",
    "Ist da ein Hund?",
    "Gibt es hier eine Katze?",
    "Y a-t-il un chat ?",
    "Est-ce qu'il y a des arbres ?",
    "Quelle est la couleur dominante ?",
    "¿Hay un perro?",
    "¿Cuál es el color dominante?",
    "Há um gato na foto?",
    "Qual é a cor principal?",
    "Есть ли тут кошка?",
    "Какой тут основной цвет?",
    "猫がいますか？",
    "何色ですか？",
    "图里有猫吗？",
    "主要颜色是什么？",
]
USUAL = [
    "",
    "What is this?",
    "Describe it.",
    pytest.param("What colour is the wire on the left?", id="a thing that may be small"),
    pytest.param("Is there a typo?", id="needs reading"),
    pytest.param("Is there a bug in this code?", id="needs reading too"),
    pytest.param("Is there a small bird?", id="small"),
    pytest.param("Is there a difference between them?", id="detail"),
    pytest.param("Is this a real Rolex?", id="needs a close look"),
    pytest.param("Is there a dog? Is there a cat?", id="two questions"),
    pytest.param("Is there a dog and what breed is it?", id="two in one"),
    pytest.param("Is there a dog, and where?", id="two with a comma"),
    pytest.param("Is there a dog\nDescribe it.", id="two lines"),
    pytest.param("Is there a dog in it that you could name " * 3, id="long"),
    pytest.param("Ist da ein Hund und was macht er?", id="two in German"),
    pytest.param("Gibt es hier einen Fehler?", id="a fault in German"),
    pytest.param("Y a-t-il une erreur ?", id="a fault in French"),
    pytest.param("¿Hay un error?", id="a fault in Spanish"),
    pytest.param("Há uma diferença?", id="a difference in Portuguese"),
    pytest.param("Есть ли тут ошибка?", id="a fault in Russian"),
    pytest.param("間違いがありますか？", id="a fault in Japanese"),
    pytest.param("图里有错误吗？", id="a fault in Chinese"),
    pytest.param("I like colours", id="no question"),
]


@pytest.mark.parametrize("question", READ)
def test_question_about_lettering_wants_it_read(question: str) -> None:
    assert find_use(question) is Use.READ


@pytest.mark.parametrize("question", GLANCE)
def test_single_question_about_the_whole_picture_is_a_glance(question: str) -> None:
    assert find_use(question) is Use.GLANCE


@pytest.mark.parametrize("question", USUAL)
def test_question_that_is_not_plain_gets_the_usual_look(question: str) -> None:
    assert find_use(question) is Use.USUAL


@given(st.sampled_from(GLANCE), st.sampled_from(GLANCE))
def test_two_questions_at_once_are_never_a_glance(one: str, other: str) -> None:
    assert find_use(f"{one} {other}") is not Use.GLANCE


@given(st.text(max_size=200))
def test_any_text_has_one_use(text: str) -> None:
    assert find_use(text) in Use
