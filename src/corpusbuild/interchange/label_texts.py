"""Which of a Label Studio task's data is its text; and the text, where that is made of HTML or of a dialogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.dialogues import TEXT_KEY, Dialogue
from corpusbuild.interchange.html_text import html_text
from corpusbuild.interchange.label_config import LabelConfig
from corpusbuild.interchange.model import At
from corpusbuild.interchange.refusing import no_text

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_OF_DIALOGUES = frozenset({"paragraphlabels", "paragraphs"})


class TaskText(NamedTuple):
    """The text of a task, the key that it is under, and whether that is HTML or a dialogue."""

    key: str
    text: str
    html: bool = False
    dialogue: Dialogue | None = None

    @property
    def made(self) -> bool:
        """Whether it was made of what stands under the key, which is kept besides."""
        return self.html or self.dialogue is not None


def text_of(data: Mapping[str, Any], results: Sequence[Any], config: LabelConfig, wanted: str, at: At) -> TaskText | Finding:
    """The text of a task: the one wanted, by the configuration, by what the results say, or because nothing else can be it."""
    results = [result for result in results if isinstance(result, Mapping)]
    sources = {result.get("source") for result in results}
    named = {config.texts.get(str(result.get("to_name"))) for result in results}
    found = {key: Dialogue.of(each, config.turns.get(key, TEXT_KEY)) for key, each in data.items()}
    dialogues = {key: each for key, each in found.items() if each is not None}
    strings = [key for key, each in data.items() if isinstance(each, str)]
    # A list of objects with words may be anything, unless something says that it is a dialogue, or there is no other text.
    if dialogues and (not strings or any(str(result.get("type")).lower() in _OF_DIALOGUES for result in results)):
        strings = list(dialogues)
    else:
        strings += [key for key in dialogues if key in config.turns or key in named or f"${key}" in sources]
    configured = [key for key in config.texts.values() if key in strings]
    said = [key for key in strings if f"${key}" in sources or key in named]
    key = wanted or (said or configured or [key for key in strings if key == "text"] or strings or [""])[0]
    if not (wanted or said or configured or "text" in strings) and len(strings) > 1:
        listed = ", ".join(f'"{each}"' for each in strings)
        return no_text(at, f"any of {listed} may be the text", "say which with the option `text`")
    dialogue = dialogues.get(key)
    text = data.get(key) if dialogue is None else dialogue.text
    if not isinstance(text, str) or not text.strip():
        return no_text(at, f'the task has no words in "{key}"' if key else "the task has no text")
    if dialogue is not None:
        return TaskText(key, text, dialogue=dialogue)
    if _ADDRESS.fullmatch(text.strip()):
        return no_text(at, f'"{key}" is the address of a text, and not the text', "fetch the texts and put them into the tasks")
    html = key in config.html or any(_is_of_html(result) for result in results)
    return TaskText(key, html_text(text) if html else text, html)


def _is_of_html(result: Mapping[str, Any]) -> bool:
    value = result.get("value")
    # Of plain text, the offsets are numbers.
    return result.get("type") == "hypertextlabels" or (isinstance(value, Mapping) and isinstance(value.get("start"), str))
