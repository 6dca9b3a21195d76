"""Publish a data set: only one that has been proved whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpusbuild.errors import CannotGoOn
from corpusbuild.workflow.progress import Progress, silent
from corpusbuild.workflow.verifying import Verified, verify

if TYPE_CHECKING:
    from corpusbuild.release.publishing import Published


@dataclass(eq=False)
class NotWhole(CannotGoOn):
    """The data set is not whole, and was not published; ``verified`` says why."""

    verified: Verified = field(kw_only=True)


def publish(  # noqa: PLR0913  each is an option of the command
    path: str | Path,
    repo: str,
    *,
    private: bool = False,
    dry_run: bool = False,
    message: str | None = None,
    endpoint: str | None = None,
    bars: bool = False,
    progress: Progress = silent,
) -> Published:
    """Verify the data set at ``path``, a folder or an archive, and make it that of the repository ``repo`` (``OWNER/NAME``).

    One commit, tagged with the version; ``message`` is the commit's. Files that the repository has are not sent again,
    and files that the data set has no more are deleted from it. A tag that is there is never moved: with the same
    content there is nothing to do, with other content it is an error. What broke off is finished by doing it again.
    The token comes from HF_TOKEN or from `hf auth login`; ``dry_run`` changes nothing, and needs none for a public
    repository; ``endpoint`` is another Hub than HF_ENDPOINT's; ``bars`` lets the library draw its progress bars.

    Raises :class:`NotWhole`, and :class:`~corpusbuild.errors.CannotGoOn` for what the Hub does not do.
    """
    from corpusbuild.release.dataset import opened  # noqa: PLC0415  start-up time
    from corpusbuild.release.publishing import send  # noqa: PLC0415  start-up time

    verified = verify(path, progress=progress)
    if not verified.ok:
        raise NotWhole(
            "this data set is not whole, and was not published", str(path), "`corpusbuild verify` shows what is wrong", verified=verified
        )
    progress("", 0, 0)  # from here on the library draws its bars
    with opened(path) as dataset:
        return send(dataset, repo, private=private, dry_run=dry_run, message=message, endpoint=endpoint, bars=bars)
