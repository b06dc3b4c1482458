"""The use of a picture, told by the question: to be read, to be glanced at, or neither for certain.

A wrong "glance" makes an answer worse, so only a single short question in clear words is one, and
none that is about lettering, faults or anything small. A wrong "read" costs tokens only.
"""

import re
from enum import StrEnum
from typing import Final

_LONGEST_GLANCE: Final = 80  # characters


class Use(StrEnum):
    USUAL = "usual"
    READ = "read"  # its lettering, word for word
    GLANCE = "glance"  # its main colour, whether something is there


# One row a language: English, German, French, Spanish, Portuguese, Russian, Japanese, Chinese.
_READING: Final = (
    r"\b(transcri(be|ption|pt)|ocr|read (out|aloud|it|this|that|the|what|me)|word for word|translate"
    r"|fine print|small print|(extract|copy|type) (out )?(all )?(the |this )?(text|words)"
    r"|what('s| is| was)? (it )?(written|says?)|what (does|do|did) .{1,40}\b(say|read)s?)\b",
    r"\b(transkribier|abschreib|abtipp|vorles|kleingedruckt|wortwörtlich|übersetz)"
    r"|\b(lies|lese) (mir |das |den |die |es |bitte )|\bwas steht\b|\btext (auslesen|erkennen|abtippen)",
    r"\b(transcri[stv]|recopie|tradui[st]|mot à mot|petits caractères)|\bextrai\w* le texte"
    r"|\b(qu'est-ce qui est|qu’est-ce qui est|ce qui est) écrit|\bque dit\b|\blis[- ](le|la|ce|cette|moi)\b",
    r"\b(transcrib|traduc|traduz|palabra por palabra|letra pequeña)|\bqué (dice|pone|está escrito)"
    r"|\blee (el|la|este|esta|esto)\b|\bextrae\w* el texto",
    r"\b(transcrev|traduz|palavra por palavra|letras? miúda)|\bo que (diz|está escrito)"
    r"|\b(lê|leia) (o|a|este|esta|isto|isso)\b|\bextra\w+ o texto",
    r"транскриб|перепиши|прочитай|прочти|написано|распознай текст|выпиши текст|дословно|перевед",
    r"書き起こ|文字起こし|読み取|読んで|何[とて]書|翻訳|訳して",
    r"转录|轉錄|抄写|抄寫|识别文字|識別文字|提取文字|读出|讀出|写了?的?什么|寫了?的?什麼|逐字|翻译|翻譯",
)
_GLANCES: Final = (
    r"what colou?rs? (is|are) (it|this|that|these|there|in (it|this|the (picture|image|photo)))\b"
    r"|((what|which)('s| is| are)? )?(the )?(main|dominant|most common) colou?rs?\b"
    r"|(is|are) there (a|an|any)\b|(do|can) you see (a|an|any)\b"
    r"|(is|was) (it|this|that) (day or night|indoors|outdoors|at night)\b"
    r"|(is|was) (it|this|that) (a |an )?(photo|photograph|drawing|painting|screenshot|cartoon)\b",
    r"welche (haupt)?farben? (hat|haben|ist|sind) (das|dies|es|hier)( bild| foto)?\W*$"
    r"|(was|welche) (ist|sind) die (haupt|dominante |vorherrschende )farben?\b"
    r"|(ist|sind) (da|dort|hier|auf dem bild) (ein|eine|einen|irgend)|gibt es (hier |da )?(ein|eine|einen)\b"
    r"|siehst du (ein|eine|einen)\b|ist (es|das) (tag oder nacht|drinnen|draußen|ein foto|ein screenshot)\b",
    r"quelles? (est|sont) (la|les) couleurs? (dominante|principale)|de quelle couleur est-ce\b"
    r"|y a[- ]t[- ]il (un|une|des)\b|est-ce qu['’]il y a (un|une|des)\b|est-ce (une photo|un dessin)\b",
    r"de qué color es( esto| eso)?\W*$|cuál es el color (dominante|principal|predominante)"
    r"|hay (un|una|algún|alguna|unos|unas)\b|es (una foto|un dibujo|de día o de noche)\b",
    r"de que cor é( isto| isso)?\W*$|qual é a cor (dominante|principal|predominante)"
    r"|(há|tem|existe) (um|uma|algum|alguma)\b|é (uma foto|um desenho)\b",
    r"какого (это |он |она |оно )?цвета\W*$|какой (здесь |тут )?(основной|преобладающий|главный) цвет"
    r"|есть ли\b|видно ли\b|это фото\b",
    r"(主な|メインの|全体の)色は(何|なに)|(これは)?何色|.{1,20}(が|は)(写って|映って|見え)?(い|あり|見え)?ますか",
    r"(这|這)是?(什么|什麼)(颜色|顏色)|.{0,4}主要?(颜色|顏色|色)|.{0,6}(有没有|有沒有|是否有)|.{0,6}有.{1,12}[吗嗎]",
)
# What a small picture would hide, and all that is more than one question.
_NO_GLANCE: Final = (
    r"\b(text|words?|letters?|writing|typo|number|digit|code|bug|error|mistake|wrong|signs?|label|name|logo"
    r"|brand|small|tiny|little|hidden|hiding|background|corner|distance|detail|differen|crack|damag|defect"
    r"|fake|real|edited|describe|explain|(ai|how|why|who|where|when|if so|and|or what|also|then)\b)",
    r"text|\bwort|wörter|schrift|buchstab|zahl|nummer|fehler|schild|\bname|klein|winzig|versteckt|hintergrund"
    r"|unterschied|\becht|beschädig|\b(und|auch|wenn ja|wie|warum|wer|wo|wann|beschreib|erklär)\b",
    r"\b(texte|mots?|lettre|chiffre|numéro|erreur|faute|panneau|nom|petit|minuscule|cach|arrière|différen|vrai"
    r"|faux|comment|pourquoi|décri|expliqu|(et|aussi|qui|où)\b)",
    r"\b(texto|palabra|letra|número|código|cartel|nombre|pequeñ|escondid|fondo|diferencia|fals|también|cómo"
    r"|por qué|quién|dónde|describ|explic|y (?!a\b))",
    r"\b(palavra|placa|nome|pequen|escondid|fundo|diferença|verdadeir|e|também|como|por que|quem|onde|descrev)\b",
    r"текст|слов|букв|цифр|номер|ошибк|вывеск|надпис|\bимя|маленьк|мелк|спрятан|\bфон|отлич|настоящ"
    r"|\b(и|как|почему|кто|где|опиши|объясни)\b",
    r"文字|テキスト|数字|番号|コード|エラー|間違|名前|小さ|隠れ|背景|違い|本物|説明",
    r"字|号|號|代码|代碼|错误|錯誤|名|小|隐藏|隱藏|背景|区别|區別|真|和|描述|解释|解釋",
    r"[,;:，、；\n]|[?？.!。！].*[?？\w]",
)


def _compile(rows: tuple[str, ...], *, start: str = "") -> re.Pattern[str]:
    return re.compile(start + "(?:" + "|".join(f"(?:{row})" for row in rows) + ")", re.IGNORECASE)


_READ: Final = _compile(_READING)
_GLANCE: Final = _compile(_GLANCES, start=r"[¿\s]*")
_NOT: Final = _compile(_NO_GLANCE)


def find_use(question: str) -> Use:
    """Tell what `question` wants of its pictures; `USUAL` where that is not plain."""
    words = question.strip()
    if _READ.search(words):
        return Use.READ
    if len(words) <= _LONGEST_GLANCE and _GLANCE.match(words) and not _NOT.search(words):
        return Use.GLANCE
    return Use.USUAL
