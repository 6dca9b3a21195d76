"""Speak with the Hugging Face Hub: its token, and its errors in words that say what to do. The token is never in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from corpusbuild.errors import CannotGoOn
from corpusbuild.render.width import printable

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_AGAIN = "publish again: what was sent is not sent again"
_NOTHING_SENT = "see that the Hub can be reached, and publish again: nothing was sent"
_SIGN_IN = "`hf auth login` keeps a token of yours, and HF_TOKEN gives one; it needs write access to the repository"


@dataclass(eq=False)
class HubRefused(CannotGoOn):
    """The Hub did not do what it was asked. ``status`` is that of HTTP, 0 where there was no answer."""

    status: int = 0


@dataclass(frozen=True, slots=True)
class Hub:
    """A Hub and who speaks with it. The token is not in its ``repr``."""

    endpoint: str
    token: str | None = field(repr=False)

    @classmethod
    def of(cls, endpoint: str | None = None) -> Hub:
        """The Hub at ``endpoint``, by default that of HF_ENDPOINT; the token from where its library looks for one."""
        from huggingface_hub import constants, get_token  # noqa: PLC0415  start-up time

        return cls((endpoint or constants.ENDPOINT).rstrip("/"), get_token())

    def require_token(self) -> None:
        """Raise where nobody has signed in."""
        if not self.token:
            raise HubRefused("no token for the Hub was found", self.endpoint, _SIGN_IN)

    def api(self) -> HfApi:
        """The library's client."""
        from huggingface_hub import HfApi  # noqa: PLC0415  start-up time

        return HfApi(self.endpoint, token=self.token or False, library_name="corpusbuild", library_version=version("corpusbuild"))

    @contextmanager
    def explained(self, repo: str, *, sending: bool = True) -> Iterator[None]:
        """Turn what the library raises into :class:`HubRefused`; ``sending`` says whether anything may have been sent by then."""
        from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled  # noqa: PLC0415  start-up time

        # The library's own base class of errors of its HTTP client, whichever that is.
        http_error: type[Exception] = HfHubHTTPError.__bases__[0]
        try:
            yield
        except CannotGoOn:
            raise
        except OfflineModeIsEnabled as error:
            raise HubRefused("the Hub was not asked: HF_HUB_OFFLINE is set", self.endpoint, "unset it") from error
        except (http_error, OSError, RuntimeError, ValueError) as error:
            raise self._refused(_cause(error, http_error), repo, sending=sending) from error

    def _refused(self, error: BaseException, repo: str, *, sending: bool) -> HubRefused:
        again = _AGAIN if sending else _NOTHING_SENT
        place = f"{self.endpoint}/datasets/{repo}"
        response = getattr(error, "response", None)
        if response is None:
            if isinstance(error, (ValueError, RuntimeError)):
                return HubRefused(f"this cannot be published: {self._said(str(error))}", place)
            # Addresses to which files are sent carry signatures: the kind of error says enough.
            message = "the connection to the Hub broke off" if sending else "the Hub does not answer"
            return HubRefused(f"{message} ({type(error).__name__})", place, again)
        status = int(response.status_code)
        message, remedy = _MEANINGS.get(status, ("the Hub failed" if status >= 500 else "the Hub refused", _AGAIN if status >= 500 else ""))
        said = self._said(getattr(error, "server_message", None) or "")
        return HubRefused(f"{message} ({status}{': ' + said if said else ''})", place, remedy.replace(_AGAIN, again), status)

    def _said(self, text: str) -> str:
        """A line of what the Hub said, as text that does nothing to a terminal."""
        line = (text.strip().splitlines() or [""])[0]
        return printable(line.replace(self.token, "…") if self.token else line)


@contextmanager
def quietly(*, bars: bool) -> Iterator[None]:
    """Keep the library from saying what goes wrong on the way, and from drawing progress bars unless ``bars``.

    What it logs of another try has the address that the file is sent to, and in that the signature that lets one send it.
    """
    from huggingface_hub.utils.tqdm import (  # noqa: PLC0415  start-up time
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    logger = logging.getLogger("huggingface_hub")
    level, drawn = logger.level, not are_progress_bars_disabled()
    logger.setLevel(logging.CRITICAL)
    if drawn and not bars:
        disable_progress_bars()
    try:
        yield
    finally:
        logger.setLevel(level)
        if drawn and not bars:
            enable_progress_bars()


_MEANINGS = {
    401: ("the Hub does not accept the token", _SIGN_IN),
    403: ("the token may not do this", _SIGN_IN),
    404: ("there is no such repository, or the token may not see it", "name it OWNER/NAME, and use a token that may write to it"),
    409: ("the repository was changed meanwhile", _AGAIN),
    412: ("the repository was changed meanwhile", _AGAIN),
    429: ("the Hub asks for patience", f"wait a few minutes, then {_AGAIN}"),
}


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException:
    """The error of HTTP behind one of the library's, or the first of all."""
    while not isinstance(error, kind) and error.__cause__ is not None:
        error = error.__cause__
    return error
