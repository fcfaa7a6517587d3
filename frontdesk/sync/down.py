"""What the district sends down: documents, each one frame ("FDDO") signed by the district, the same bytes for all.

Documents are numbered in the district's one row, 1, 2, …; a centre asks for those after the last it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import (
    ConfigDict,
    Field,
    JsonValue,
    RootModel,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
)

from frontdesk.sync.body import Code, Day, Hash, Instant, Name, WireModel
from frontdesk.sync.catalogue import BothNames, IndicatorRule, OverCentres, PeriodKind
from frontdesk.sync.frames import (
    KEY_ID_SIZE,
    WireFault,
    from_json,
    key_id_of,
    pack,
    read_model,
    signed_by,
    to_json,
    unpack,
    verify_key_of,
)
from frontdesk.sync.plain import Shape

DOCUMENT_MAGIC = b"FDDO"
MAX_DOCUMENT = 262_144
"""Bytes of a document, signature included."""
MOST_DOCUMENTS = 10**12
"""The highest number of a document."""


class Notice(WireModel):
    """A notice to read; an important one is shown first. `read_by` is the last day on which it should be read."""

    text: str = Field(min_length=1, max_length=50_000)
    important: bool = False
    read_by: Day | None = None


class ListedService(WireModel):
    """One service that residents can be told of."""

    code: Code
    name: Name
    description: str = Field(default="", max_length=2_000)
    contact: str = Field(default="", max_length=500)


class ServiceList(WireModel):
    """The services of the district; a later list takes the place of the earlier one."""

    items: list[ListedService] = Field(max_length=1_000)


class AssignedIndicator(WireModel):
    """An indicator that centres are to report, and for which kinds of period; all where none is named."""

    code: Code
    period_kinds: list[PeriodKind] = Field(default=[], max_length=5)


class NewIndicator(WireModel):
    """An indicator of the district's own, for programs that can count it; a rate is made of two others."""

    code: Code
    name: BothNames
    meaning: BothNames
    unit: Name
    shape: Shape = "count"
    over_centres: OverCentres = "sum"
    numerator: Code | None = None
    denominator: Code | None = None


class IndicatorSet(WireModel):
    """Which indicators the district wants from now on; a later edition takes the place of the earlier one."""

    edition: int = Field(ge=1, le=1_000_000)
    indicators: list[AssignedIndicator] = Field(max_length=2_000)
    definitions: list[NewIndicator] = Field(default=[], max_length=500)


class PeriodLock(WireModel):
    """A period for which nothing is taken in any more, or again where `locked` is False; the latest word counts."""

    period: Code
    reason: str = Field(default="", max_length=500)
    locked: bool = True


class Exemption(WireModel):
    """A centre that may still report a locked period, up to the day `until`, included."""

    centre: Code
    period: Code
    until: Day
    granted_by: Name
    reason: str = Field(default="", max_length=500)


class SuccessorKey(WireModel):
    """The district's next key, told by the one in use."""

    verify_key: Hash

    @property
    def key(self) -> bytes:
        """Its 32 bytes."""
        return bytes.fromhex(self.verify_key)

    @property
    def key_id(self) -> str:
        """Its id."""
        return key_id_of(self.key)


class OtherContent(RootModel[dict[str, JsonValue]]):
    """What a document says that this program does not fully understand: of a kind that it does not know, or with
    something new in it. It is kept, and shown by its title and its texts.
    """

    model_config = ConfigDict(frozen=True)

    @property
    def texts(self) -> dict[str, str]:
        """What is plain text in it, by the name of its field."""
        return {name: value for name, value in self.root.items() if isinstance(value, str) and value}


Content: TypeAlias = Notice | ServiceList | IndicatorSet | PeriodLock | Exemption | SuccessorKey | OtherContent
CONTENTS: Mapping[str, type[Notice | ServiceList | IndicatorSet | PeriodLock | Exemption | SuccessorKey]] = {
    "notice": Notice,
    "service_list": ServiceList,
    "indicator_set": IndicatorSet,
    "period_lock": PeriodLock,
    "exemption": Exemption,
    "district_key": SuccessorKey,
}
"""The kinds of documents that this program understands."""

DocumentKind = Literal["notice", "service_list", "indicator_set", "period_lock", "exemption", "district_key"]
"""Their names as a type."""


class DistrictDocument(WireModel):
    """A document of the district. `number` is its place in the district's one row, `issued_at` UTC milliseconds."""

    document_id: Code
    number: int = Field(ge=1, le=MOST_DOCUMENTS)
    kind: Code
    title: Name
    issued_at: Instant
    content: Content

    @field_validator("content", mode="plain")
    @classmethod
    def _by_kind(cls, value: Any, info: ValidationInfo) -> Content:
        kind = CONTENTS.get(info.data.get("kind", ""), OtherContent)
        if isinstance(value, kind):
            return value
        try:
            return kind.model_validate(value)
        except ValidationError:
            # A later program may say more of a known kind. Only the next key is believed whole or not at all: one that
            # was kept without being pinned would not be asked for again, and nothing that it signed would be read.
            if kind is SuccessorKey or not isinstance(value, dict):
                raise
        return OtherContent.model_validate(value)

    @field_serializer("content")
    def _plain(self, content: Content) -> Any:
        return content.model_dump(mode="json")

    @property
    def is_known(self) -> bool:
        """Whether this program understands all that it says."""
        return not isinstance(self.content, OtherContent)


def kind_of_content(content: Content) -> str:
    """The kind of document that holds such content; ValueError for one that this program does not know."""
    for kind, model in CONTENTS.items():
        if isinstance(content, model):
            return kind
    raise ValueError("a document of an unknown kind is never made here")


def make_document(content: Content, *, document_id: str, number: int, title: str, issued_at: int, seed: bytes) -> bytes:
    """The signed bytes of a document; its kind follows from its content. Raises WireFault `too_large`."""
    document = DistrictDocument(
        document_id=document_id,
        number=number,
        kind=kind_of_content(content),
        title=title,
        issued_at=issued_at,
        content=content,
    )
    payload = to_json(document.model_dump(mode="json"))
    raw = pack(DOCUMENT_MAGIC, bytes.fromhex(key_id_of(verify_key_of(seed))), (payload,), seed)
    if len(raw) > MAX_DOCUMENT:
        raise WireFault("too_large", limit=MAX_DOCUMENT)
    return raw


def open_document(raw: bytes, district_keys: Sequence[bytes]) -> DistrictDocument:
    """The document in `raw`, if one of the district's keys signed it; else `WireFault` (`bad_document` names where)."""
    if len(raw) > MAX_DOCUMENT:
        raise WireFault("too_large", limit=MAX_DOCUMENT)
    frame = unpack(raw, DOCUMENT_MAGIC, KEY_ID_SIZE, (MAX_DOCUMENT,))
    signed_by(frame, district_keys)
    return read_model(DistrictDocument, frame.parts[0], "bad_document")


def claimed_number(raw: bytes) -> int | None:
    """The number that a document says it has, whoever signed it and whatever else it says; None where it says none."""
    try:
        said = from_json(unpack(raw, DOCUMENT_MAGIC, KEY_ID_SIZE, (MAX_DOCUMENT,)).parts[0], "bad_document")
    except WireFault:
        return None
    number = said.get("number") if isinstance(said, dict) else None
    return number if type(number) is int and 1 <= number <= MOST_DOCUMENTS else None


def rules_with(base: Mapping[str, IndicatorRule], wanted: IndicatorSet) -> dict[str, IndicatorRule]:
    """The rules in force once the district wants this set: `base`, the district's own indicators, their periods.

    An indicator of the program keeps its own definition. Codes of the set that nobody defines are not in the result.
    """
    rules = dict(base)
    for one in wanted.definitions:
        if one.code not in base:
            said = one.model_dump(exclude={"shape"}) | {"kind": one.shape, "adds": one.over_centres, "leaves": True}
            rules[one.code] = IndicatorRule.model_validate(said)
    for assigned in wanted.indicators:
        if assigned.code in rules and assigned.period_kinds:
            rules[assigned.code] = rules[assigned.code].model_copy(
                update={"period_kinds": tuple(assigned.period_kinds)}
            )
    return rules
