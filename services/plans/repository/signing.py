"""Codes that agreements are signed with, and the documents that were printed of agreements."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Agreement, AgreementDocument, SigningCode
from services.plans.repository.access import Seen, visible
from services.plans.repository.rows import columns, take

_CODE = f"SELECT {columns(SigningCode, 'c')} FROM signing_code c"  # noqa: S608 - made of constants
NEWEST = Sql(f"{_CODE} WHERE plan_id = :plan_id AND version = :version ORDER BY number DESC LIMIT 1")
TRY = Sql(
    f"""
    UPDATE signing_code AS c SET tries = tries + 1, tried_at = :at
    WHERE plan_id = :plan_id AND version = :version AND issued_to = :issued_to AND used_at IS NULL
    AND {visible("c.case_id")} AND number = (
        SELECT max(number) FROM signing_code n WHERE n.plan_id = c.plan_id AND n.version = c.version
    )
    """  # noqa: S608 - made of constants
)
USE = Sql("UPDATE signing_code SET used_at = :at WHERE signing_id = :signing_id")
TAKE_BACK = Sql("UPDATE agreement SET taken_back_at = :at WHERE agreement_id = :agreement_id")
AGREEMENT = Sql(
    f"""
    SELECT {columns(Agreement, "a")} FROM agreement a
    WHERE plan_id = :plan_id AND {visible("a.case_id")} ORDER BY version DESC LIMIT 1
    """  # noqa: S608 - made of constants
)
LANGUAGE = Sql("SELECT language FROM plan_case WHERE case_id = :case_id")
DOCUMENT = Sql(
    f"SELECT {columns(AgreementDocument, 'd')} FROM agreement_document d "  # noqa: S608 - made of constants
    "WHERE agreement_id = :agreement_id AND language = :language"
)
KEEP_DOCUMENT = Sql(
    "INSERT INTO agreement_document (agreement_id, language, sha256, size, object_key, made_at) "
    "VALUES (:agreement_id, :language, :digest, :size, :object_key, :made_at) ON CONFLICT DO NOTHING"
)


async def newest_code(session: AsyncSession, plan_id: UUID, version: int) -> SigningCode | None:
    """The code that was sent last for a version."""
    row = (await NEWEST.run(session, {"plan_id": plan_id, "version": version})).mappings().one_or_none()
    return None if row is None else take(SigningCode, "c", row)


async def count_try(
    session: AsyncSession, plan_id: UUID, version: int, issued_to: str, seen: Seen, at: datetime
) -> None:
    """Count that the one whom it was sent to tries the code that was sent last; others cannot use it, or use it up."""
    values = {"plan_id": plan_id, "version": version, "issued_to": issued_to, "at": at}
    await TRY.run(session, {**seen.values(), **values})


async def use_code(session: AsyncSession, code: SigningCode, at: datetime) -> None:
    """A code signs once."""
    await USE.run(session, {"signing_id": code.signing_id, "at": at})


async def take_back(session: AsyncSession, agreement: Agreement, at: datetime) -> None:
    """Keep that the borrower took an agreement back."""
    await TAKE_BACK.run(session, {"agreement_id": agreement.agreement_id, "at": at})


async def agreement_of(session: AsyncSession, plan_id: UUID, seen: Seen) -> Agreement | None:
    """The newest agreement on a plan."""
    row = (await AGREEMENT.run(session, {"plan_id": plan_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else take(Agreement, "a", row)


async def language_of(session: AsyncSession, case_id: UUID) -> str:
    """The language of a case."""
    found: str = (await LANGUAGE.run(session, {"case_id": case_id})).scalar_one()
    return found


async def document_of(session: AsyncSession, agreement_id: UUID, language: str) -> AgreementDocument | None:
    """What was printed of an agreement in a language."""
    values = {"agreement_id": agreement_id, "language": language}
    row = (await DOCUMENT.run(session, values)).mappings().one_or_none()
    return None if row is None else take(AgreementDocument, "d", row)


async def keep_document(session: AsyncSession, document: AgreementDocument) -> None:
    """Keep what was printed; who printed the same at the same time has kept it already."""
    await KEEP_DOCUMENT.run(session, {**document.model_dump(), "digest": document.sha256})
