"""What a learner reads about a deck before opening it."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.cards import html

_WORDS: Mapping[str, str] = {
    "en": """\
Import newer versions over this one with the default options: your reviews stay, and your own
edits and tags stay on every note that did not change. Suspend what you do not want; a deleted
note comes back.

Made with dlcards {version}; every formula was checked by machine where a check exists, and
each card says how.

Content: CC BY 4.0, dlcards contributors.""",
    "ko": """\
새 버전은 기본 옵션 그대로 이 덱 위에 가져오세요. 복습 기록은 남고, 바뀌지 않은 노트에서는 직접 고친
내용과 태그도 남습니다. 필요 없는 카드는 삭제하지 말고 보류하세요. 삭제한 노트는 다시 생깁니다.

dlcards {version}로 만들었습니다. 검사할 수 있는 수식은 모두 기계로 검사했고, 그 방법은 카드마다
적혀 있습니다.

내용: CC BY 4.0, dlcards contributors.""",
}


def describe_deck(text: str, *, lang: str, version: str) -> str:
    """Return the description of a deck as HTML: what it is, how it updates, its licence.

    Parameters
    ----------
    text : str
        The author's own words, plain text.
    lang : str
        English where there is no wording of our own.
    version : str

    Examples
    --------
    >>> describe_deck("Limits & slopes.", lang="en", version="1.0.0")[:28]
    '<p>Limits &amp; slopes.</p><p>'
    """
    words = _WORDS.get(lang, _WORDS["en"]).replace("{version}", version)
    parts = (text, *(" ".join(part.split()) for part in words.split("\n\n")))
    return "".join(html.element("p", html.text(part.strip())) for part in parts)
