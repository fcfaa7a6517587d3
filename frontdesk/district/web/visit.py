"""What a view is given, and what it answers; neither knows of HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from frontdesk.district.accounts.service import Account
from frontdesk.district.api.rate import RateLimit
from frontdesk.district.web.errors import PageError
from frontdesk.district.zone import ZONE
from frontdesk.errors import CodedError

if TYPE_CHECKING:
    from frontdesk.district.keys import District


def _kept(text: str) -> str:
    """A text without blanks around it, and without the one character that no text of PostgreSQL can hold."""
    return text.replace("\0", "\ufffd").strip()


@dataclass(frozen=True)
class Form:
    """What was sent with a page: texts by name, and the content of one file."""

    fields: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None

    def get(self, name: str, other: str = "") -> str:
        """The text of a field without blanks around it; `other` where it is not there."""
        return _kept(self.fields.get(name, other))

    def raw(self, name: str) -> str:
        """The text of a field exactly as typed: a password may begin with a blank."""
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Visit:
    """One request: who asks (nobody on the page to sign in), when, for what."""

    district: District
    now_ms: int
    path: str
    query: Mapping[str, str]
    form: Form = Form()
    account: Account | None = None
    session_token: str = ""
    form_token: str = ""
    failure: CodedError | None = None
    """Why what was filled in was not done: the page is shown again with it."""
    tries: RateLimit = field(default_factory=RateLimit)
    """How often one address tried to sign in, in this process."""
    address: str = ""
    """Where the request came from, as the proxy tells it."""

    @property
    def who(self) -> Account:
        """Who is signed in. Raises PageError `not_yours` where nobody is."""
        if self.account is None:
            raise PageError("not_yours")
        return self.account

    @property
    def street(self) -> str | None:
        """The street that this account is bound to; None for the whole district."""
        return self.who.street

    @property
    def today(self) -> date:
        """The local day."""
        return self.local_time(self.now_ms).date()

    def local_time(self, at_ms: int) -> datetime:
        """An instant in the zone of the district."""
        return datetime.fromtimestamp(at_ms / 1000, ZONE)

    def asked(self, name: str, other: str = "") -> str:
        """What stands in the address under `name`; `other` where it is not there."""
        return _kept(self.query.get(name, other))


@dataclass(frozen=True)
class Page:
    """A template and what it is filled with."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Go:
    """Go on to another page. `token` begins a session with it, "" ends the one there is, None leaves it."""

    address: str
    token: str | None = None


@dataclass(frozen=True)
class Download:
    """A file to keep. Its name is made here and never comes from outside."""

    content: bytes
    name: str
    media_type: str = "application/octet-stream"


Answer = Page | Go | Download
View = Callable[[Visit], Answer]
