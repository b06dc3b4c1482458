"""Questions that ask for a picture, told by their first words, in a few languages."""

import re
from typing import Final

# What may stand before the verb: "please", "can you", "könntest du bitte", "peux-tu" …
_LEAD: Final = (
    r"(?:please|pls|hey|ok(?:ay)?|now|bitte|s'il te pla[iî]t|por favor|per favore|alsjeblieft)[, ]+"
    r"|(?:can|could|would|will) (?:you|u) (?:please )?"
    r"|(?:kannst|k[oö]nntest|w[uü]rdest) du (?:mir )?(?:bitte )?"
    r"|(?:peux|pourrais)-?\s?tu (?:me )?"
    r"|(?:puedes|podr[ií]as|puoi|potresti|voc[eê] pode|pode|kun je|wil je) "
)
_VERBS: Final = (
    r"draw|paint|sketch|illustrate|redraw|repaint"
    r"|zeichne|skizziere|male"
    r"|dessine(?:-moi|-le|-la|-les)?|peins|dessiner|peindre"
    r"|dib[uú]ja(?:me|lo|la|los|las)?|p[ií]nta(?:me|lo|la|los|las)?|dibujar|pintar"
    r"|disegna(?:mi|lo|la|li|le)?|dipingi(?:lo|la)?|disegnare|dipingere"
    r"|desenha(?:r)?|desenhe|pinte"
    r"|teken|schilder"
)
_NO_OBJECT: Final = (
    r"(?:is|are|was|were|has|had|up|out|near)\b"  # "paint is peeling", "draw up a plan"
)
_ORDER: Final = re.compile(rf"(?:{_LEAD})*(?:{_VERBS})\b[ ,:]+(?!{_NO_OBJECT})\S", re.IGNORECASE)
# "mal" is a verb only with something to paint after it: "mal sehen" is something else.
_GERMAN_MAL: Final = re.compile(
    r"(?:bitte )?mal (?:mir|uns|ein|eine|einen|das|den|die|es|ihn|sie)\b", re.IGNORECASE
)
# "Kannst du mir einen Hund zeichnen?": German puts the verb at the end.
_GERMAN_LAST: Final = re.compile(
    r"(?:kannst|k[oö]nntest|w[uü]rdest) du\b.{1,2000}\b(?:zeichnen|malen|skizzieren)\W*",
    re.IGNORECASE | re.DOTALL,
)
_IMAGINE: Final = re.compile(
    r"(?:please )?(?:imagine|stell dir vor:)[ ,:]+"
    r"(?!(?:that|if|you|we|they|he|she|i|it|how|what|being|having|there)\b|i'm\b|you're\b)\S",
    re.IGNORECASE,
)
# Things that are drawn without a picture.
_FIGURATIVE: Final = re.compile(
    r"\W*draw(?:ing)?[ ]+(?:(?:a|an|the|any|some|your|my|up|out)[ ]+)*"
    r"(?:conclusions?|comparisons?|parallels?|distinctions?|lessons?|inferences?|attention|line between)\b",
    re.IGNORECASE,
)
# "draw it as …", "male das im Stil von …": a pronoun as the object, and no noun after it.
_PRONOUN: Final = re.compile(
    r"\b(?:draw|paint|sketch|illustrate|redraw|repaint|imagine|zeichne|skizziere|male?|teken|schilder"
    r"|desenhe|desenha|pinte|dessine|peins)[ -]"
    r"(?:it|this|that|these|those|them|es|das|dies|dieses|ihn|isso|isto|het|dit|dat|le|la|les|ça|cela)"
    r"(?=\W*$|[,.;:!?]| (?:as|in|again|with|without|like|but|from|on|for|one|more|at|and|by|using"
    r"|als|im|noch|nochmal|neu|mit|ohne|wie|aber|von|comme|en|avec|sans|encore|como|com|sem"
    r"|come|met|zonder|opnieuw)\b)",
    re.IGNORECASE,
)
_JOINED_PRONOUN: Final = re.compile(
    r"\b(?:dib[uú]ja|p[ií]nta|disegna|dipingi)(?:lo|la|los|las|li|le)\b", re.IGNORECASE
)
_PICTURE_WORDS: Final = re.compile(
    r"\b(?:this|that|the|my|das|dieses|mein|cette|ma|cet|esta|questa|essa|deze|die|dit)\s+"
    r"(?:same |last |first )?(?:picture|image|photo|drawing|sketch|bild|foto|zeichnung|dessin"
    r"|imagen|dibujo|immagine|disegno|imagem|desenho|afbeelding|tekening)\b",
    re.IGNORECASE,
)


def asks_for_picture(text: str) -> bool:
    """Whether a question begins by asking for a drawing: "draw a cat", "kannst du mir … malen?"."""
    words = " ".join(text.split())
    if _FIGURATIVE.match(words):
        return False
    if _IMAGINE.match(words):
        return not words.endswith("?")
    return any(rule.match(words) for rule in (_ORDER, _GERMAN_MAL, _GERMAN_LAST))


def refers_back(text: str) -> bool:
    """Whether the wish is about a picture that is there already: "draw it as a watercolour"."""
    words = " ".join(text.split())
    rules = (_PRONOUN, _JOINED_PRONOUN, _PICTURE_WORDS)
    return any(rule.search(words) for rule in rules)
