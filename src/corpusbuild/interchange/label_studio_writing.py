"""Write Label Studio's tasks (JSON) and a labelling configuration: a task for each article, with what each annotator found there.

Tables that Label Studio's import made become the results that they were: people's are annotations, systems' predictions. Rows of
any other tables become predictions, which Label Studio shows as pre-annotations. Offsets count UTF-16 units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from corpusbuild.agreement.reading import Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.carrying import as_json
from corpusbuild.interchange.label_config_writing import Config
from corpusbuild.interchange.label_own_results import OwnResults, offer_all
from corpusbuild.interchange.label_results import RESULT_TABLES
from corpusbuild.interchange.label_row_results import RowResults
from corpusbuild.interchange.label_studio import COMPLETIONS, PREDICTION, UNKNOWN
from corpusbuild.interchange.labelled_spans import numbered, rows_of
from corpusbuild.interchange.losing import lose_rows
from corpusbuild.interchange.model import Exporting, Losses
from corpusbuild.interchange.own_tables import made_by

TASKS, CONFIGURATION = "tasks.json", "labeling.xml"
NO_TEXT = "the article is detached, and Label Studio needs its text"
_TAKEN = "Label Studio means something else by this name"
_Task = dict[str, Any]


class LabelStudioWriter:
    """Tasks in ``tasks.json``, one a line, and the configuration that shows all of it in ``labeling.xml``."""

    name = "label-studio"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses, self.config = what, Losses(), Config()
        self.own = made_by(what.shape, (*RESULT_TABLES, COMPLETIONS))
        self._task: _Task | None = None
        self._name: str | None = None
        self._written = 0
        if not self.own:
            RowResults.declare(what.shape, self.config)

    def document(self, reading: Reading) -> Mapping[str, str]:
        """The task before this one, once all of it is known."""
        done = self._begin(reading.article)
        if self._task is None:
            lose_rows(self.losses, reading, self.what.shape, NO_TEXT)
        elif self.own:
            self._add_own(self._task, reading)
        else:
            results = RowResults(self.what.shape, reading, self.losses, self._task["data"]["text"]).results()
            self._task.setdefault("predictions", []).append({"model_version": reading.annotator, "result": results})
        return done

    def bare(self, article: Article) -> Mapping[str, str]:
        """As above."""
        return self._begin(article)

    def finish(self) -> Mapping[str, str]:
        """The last task, and the configuration."""
        end = "\n]\n" if self._written or self._task is not None else "[]\n"
        last = self._done().get(TASKS, "")
        if self.own:
            offer_all(self.what.shape, self.config)
        return {TASKS: last + end, CONFIGURATION: self.config.xml()}

    def _begin(self, article: Article) -> Mapping[str, str]:
        """Begin another task, unless it is the same; give the one before."""
        if article.id == self._name:
            return {}
        done = self._done()
        self._name = article.id
        text = self.what.text(article)
        known = {name: value for name, value in article.metadata.items() if value is not None}
        if text is None:
            self.losses += Losses({(f"articles.{name}", NO_TEXT): 1 for name in ("text", *known)})
            return done
        taken = {"id", "text"} & known.keys()
        self.losses += Losses({(f"articles.{name}", _TAKEN): 1 for name in taken})
        data = {"text": text, **{name: value for name, value in known.items() if name not in taken}}
        if not self.own:
            # Label Studio numbers tasks anew.
            data.setdefault("article", article.id)
        self._task = {"id": numbered(article.id), "data": data}
        return done

    def _done(self) -> Mapping[str, str]:
        """The task that is complete, with what parts it from the one before."""
        if self._task is None:
            return {}
        task, self._task = self._task, None
        before = ",\n" if self._written else "[\n"
        self._written += 1
        return {TASKS: before + as_json(task)}

    def _add_own(self, task: _Task, reading: Reading) -> None:
        results = OwnResults(self.what.shape, reading, self.losses, self.config, task["data"]["text"]).results()
        said = next((dict(item.value) for item in rows_of(reading, self.what.shape, COMPLETIONS.name)), {})
        made = {name: value for name, value in said.items() if value is not None and name not in {"id", "more"}}
        if "id" in said:
            made = {"id": numbered(str(said["id"])), **made}
        if said.get("more") is not None:
            made |= json.loads(said["more"])
        made["result"] = results
        if reading.annotator in self.what.systems:
            if "model_version" not in made and reading.annotator != PREDICTION:
                made["model_version"] = reading.annotator
            task.setdefault("predictions", []).append(made)
        else:
            if reading.annotator != UNKNOWN:
                made["completed_by"] = _person(reading.annotator)
            task.setdefault("annotations", []).append(made)


def _person(annotator: str) -> Any:
    """Who annotated, as Label Studio says it: a number, or an object with an address or a name."""
    number = numbered(annotator)
    if isinstance(number, int):
        return number
    return {"email" if "@" in annotator else "username": annotator}
