"""What the district issues to its centres besides locks: notices, lists of services, indicators, its next key."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from frontdesk.district.documents.publishing import (
    EVERYONE,
    MOST_CENTRES,
    Audience,
    Issued,
    check_centre,
    check_text,
    of_centres,
    publish,
    signing_seed,
)
from frontdesk.district.errors import DistrictError
from frontdesk.district.keys import District, successor_path
from frontdesk.district.store import Session
from frontdesk.keys import KEY_BYTES, write_secret
from frontdesk.locale import t
from frontdesk.sync import wire

SAME_NOTICE_MS = 60_000
"""Within which the same notice is not issued a second time."""

Made = TypeVar("Made", wire.Notice, wire.ServiceList, wire.IndicatorSet)


def send_notice(
    district: District,
    *,
    title: str,
    text: str,
    who: str,
    now_ms: int,
    important: bool = False,
    read_by: date | None = None,
    audience: Audience = EVERYONE,
) -> Issued:
    """Issue a notice. Raises DistrictError `bad_document` (`where`), `no_street`, `no_such_centre`.

    The same notice from the same person for the same centres within a minute is the one that was issued already: a
    button that was pressed twice, a form that a browser or a proxy sent again.
    """
    check_text(title, "title")
    check_text(text, "text")
    content = _made(wire.Notice, text=text, important=important, read_by=read_by)
    with district.store.writing() as session:
        just_issued = _just_issued(session, district, content, title.strip(), audience, who, now_ms)
        if just_issued is not None:
            return just_issued
        return publish(session, district, content, title=title.strip(), audience=audience, who=who, now_ms=now_ms)


def _just_issued(
    session: Session, district: District, content: wire.Notice, title: str, audience: Audience, who: str, now_ms: int
) -> Issued | None:
    """The very same notice of the last minute; None without one."""
    rows = session.rows(
        "SELECT document_id, number, issued_at, street, signed FROM document WHERE kind = 'notice' AND title = ? "
        "AND audience = ? AND issued_by = ? AND issued_at > ? AND issued_at <= ? ORDER BY number DESC",
        (title, audience.kind, who, now_ms - SAME_NOTICE_MS, now_ms),
    )
    for row in rows:
        issued = Issued(row["document_id"], row["number"], title)
        named = session.rows("SELECT centre FROM document_centre WHERE document_id = ?", (issued.document_id,))
        if row["street"] != audience.street or {one["centre"] for one in named} != set(audience.centres):
            continue
        # Of the same content come the same bytes.
        again = wire.make_document(
            content,
            document_id=issued.document_id,
            number=issued.number,
            title=title,
            issued_at=row["issued_at"],
            seed=signing_seed(session, district),
        )
        if again == row["signed"]:
            return issued
    return None


def send_services(
    district: District, items: Iterable[Mapping[str, str]], *, who: str, now_ms: int, audience: Audience = EVERYONE
) -> Issued:
    """Issue the list of services, which takes the place of the one before: code, name, description, contact each.

    Raises DistrictError `bad_document` (`where`), `no_street`, `no_such_centre`.
    """
    content = _made(wire.ServiceList, items=[dict(item) for item in items])
    return _issue(district, content, t("district.title.services"), audience, who, now_ms)


def set_indicators(
    district: District,
    indicators: Sequence[Mapping[str, object]],
    definitions: Sequence[Mapping[str, object]] = (),
    *,
    who: str,
    now_ms: int,
) -> Issued:
    """The indicators that the district wants from now on, as a new edition; all centres are told.

    Reports are checked against it from the next one on. Raises DistrictError `bad_document` (`where`),
    `unknown_indicators` (`codes`).
    """
    with district.store.writing() as session:
        edition = edition_in_force(session) + 1
        wanted = _made(
            wire.IndicatorSet,
            edition=edition,
            indicators=[dict(one) for one in indicators],
            definitions=[dict(one) for one in definitions],
        )
        rules = wire.rules_with(wire.indicator_rules(), wanted)
        _check_codes((one.code for one in wanted.indicators), rules)
        session.insert(
            "indicator_edition",
            {"edition": edition, "rules": rules_as_json(rules), "set_by": who, "set_at": now_ms},
        )
        session.audit(at=now_ms, who=who, action="indicators.set", subject=str(edition))
        title = t("district.title.indicators", edition=edition)
        issued = publish(session, district, wanted, title=title, audience=EVERYONE, who=who, now_ms=now_ms)
        _assign_again(session, district, edition, rules, who, now_ms)
    return issued


def _assign_again(
    session: Session, district: District, edition: int, rules: Mapping[str, wire.IndicatorRule], who: str, now_ms: int
) -> None:
    """Tell the centres that have indicators of their own of these once more: for a centre the latest set counts."""
    assigned: defaultdict[str, list[str]] = defaultdict(list)
    for row in session.rows("SELECT centre, indicator FROM indicator_assignment ORDER BY centre, indicator"):
        assigned[row["centre"]].append(row["indicator"])
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for centre, own in assigned.items():
        alike[tuple(own)].append(centre)
    for codes, centres in alike.items():
        content = _assignment(edition, codes, rules)
        for start in range(0, len(centres), MOST_CENTRES):
            audience = of_centres(centres[start : start + MOST_CENTRES])
            title = t("district.title.assigned")
            publish(session, district, content, title=title, audience=audience, who=who, now_ms=now_ms)


def _assignment(edition: int, codes: Sequence[str], rules: Mapping[str, wire.IndicatorRule]) -> wire.IndicatorSet:
    # With the kinds of period of each where not all count: the centre has no other set to look them up in.
    indicators = []
    for code in codes:
        if code in rules and rules[code].leaves:
            kinds = rules[code].period_kinds
            indicators.append(
                {"code": code, "period_kinds": [] if set(kinds) == set(wire.PERIOD_KINDS) else list(kinds)}
            )
    return _made(wire.IndicatorSet, edition=edition, indicators=indicators)


def assign_indicators(district: District, centre: str, codes: Sequence[str], *, who: str, now_ms: int) -> Issued:
    """Which indicators one centre is to report, none named meaning all of them again; that centre is told.

    Raises DistrictError `no_such_centre`, `unknown_indicators` (`codes`).
    """
    with district.store.writing() as session:
        check_centre(session, centre)
        rules = rules_in_force(session)
        _check_codes(codes, rules)
        chosen = list(dict.fromkeys(codes)) or [code for code, rule in rules.items() if rule.leaves]
        session.execute("DELETE FROM indicator_assignment WHERE centre = ?", (centre,))
        for code in dict.fromkeys(codes):
            session.insert(
                "indicator_assignment",
                {"centre": centre, "indicator": code, "assigned_by": who, "assigned_at": now_ms},
            )
        details = json.dumps({"indicators": list(dict.fromkeys(codes))})
        session.audit(at=now_ms, who=who, action="indicators.assigned", centre=centre, details=details)
        edition = max(edition_in_force(session), 1)
        content = _assignment(edition, chosen, rules)
        title = t("district.title.assigned")
        return publish(session, district, content, title=title, audience=of_centres([centre]), who=who, now_ms=now_ms)


def rotate_key(district: District, *, who: str, now_ms: int) -> str:
    """Change the district's key: the id of the new one.

    The new key lies in a file of its own beside the first one before anything else happens; a document signed by the
    present key tells every centre of it. The earlier key goes on answering those who name it. Raises DistrictError
    `district_key_missing`.
    """
    if district.key_file is None:
        raise DistrictError("district_key_missing", path="")
    seed = secrets.token_bytes(KEY_BYTES)
    verify_key = wire.verify_key_of(seed)
    key_id = wire.key_id_of(verify_key)
    path = successor_path(district.key_file, key_id)
    write_secret(path, seed)
    with district.store.writing() as session:
        try:
            _take_place(session, district, verify_key, who, now_ms)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    # A store that fails at the very end may have kept all the same that this key counts: then its file stays.
    return key_id


def _take_place(session: Session, district: District, verify_key: bytes, who: str, now_ms: int) -> None:
    present = wire.verify_key_of(signing_seed(session, district))
    content = wire.SuccessorKey(verify_key=verify_key.hex())
    title = t("district.title.key")
    publish(session, district, content, title=title, audience=EVERYONE, who=who, now_ms=now_ms)
    known = "INSERT INTO district_key (key_id, verify_key, since) VALUES (?, ?, ?) ON CONFLICT (key_id) DO NOTHING"
    session.execute(known, (wire.key_id_of(present), present, now_ms))
    session.execute(known, (content.key_id, verify_key, now_ms))
    session.execute(
        "UPDATE district_key SET replaced_by = ?, replaced_at = ? WHERE key_id = ?",
        (content.key_id, now_ms, wire.key_id_of(present)),
    )
    session.audit(at=now_ms, who=who, action="district_key.rotated", subject=content.key_id)


def edition_in_force(session: Session) -> int:
    """The number of the district's latest set of indicators; 0 while the program's own holds."""
    row = session.one("SELECT coalesce(max(edition), 0) AS edition FROM indicator_edition")
    return int(row["edition"]) if row else 0


def rules_in_force(session: Session) -> Mapping[str, wire.IndicatorRule]:
    """The rules of the district's latest set of indicators; the program's own while there is none."""
    row = session.one("SELECT rules FROM indicator_edition ORDER BY edition DESC LIMIT 1")
    if row is None:
        return wire.indicator_rules()
    return {code: wire.IndicatorRule.model_validate(said) for code, said in json.loads(row["rules"]).items()}


def rules_as_json(rules: Mapping[str, wire.IndicatorRule]) -> str:
    """The rules by code, as `rules_in_force` reads them."""
    return json.dumps({code: rule.model_dump(mode="json") for code, rule in rules.items()}, ensure_ascii=False)


def _check_codes(codes: Iterable[str], rules: Mapping[str, wire.IndicatorRule]) -> None:
    unknown = [code for code in codes if code not in rules]
    if unknown:
        raise DistrictError("unknown_indicators", codes=", ".join(unknown[:20]))


def _issue(district: District, content: wire.Content, title: str, audience: Audience, who: str, now_ms: int) -> Issued:
    with district.store.writing() as session:
        return publish(session, district, content, title=title, audience=audience, who=who, now_ms=now_ms)


def _made(kind: type[Made], **values: object) -> Made:
    try:
        return kind.model_validate(values)
    except ValidationError as failure:
        where = ".".join(str(step) for step in failure.errors(include_url=False)[0]["loc"])
        raise DistrictError("bad_document", where=where[:100]) from failure
