"""Referring a borrower to free debt advice when nothing is left for instalments: told, and written down as told."""

from services.common.contracts.workflows import DeliveryRequest
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.models import StatementOfMeansRow
from services.plans.option_texts import DEBT_ADVICE
from services.plans.schemas.base import ToDecide

PURPOSE = "debt_advice"


def debt_advice() -> ToDecide:
    """The sentence for those who talk with the borrower."""
    zh, en = DEBT_ADVICE
    return ToDecide(code=PURPOSE, zh=zh, en=en)


async def refer_to_debt_advice(uow: UnitOfWork, statement: StatementOfMeansRow) -> None:
    """Write to the borrower that advice is free, once for a statement."""
    await uow.send_message(
        DeliveryRequest(
            case_id=statement.case_id,
            purpose=PURPOSE,
            object_ref=str(statement.assessment_id),
            version=1,
            template=PURPOSE,
            params={},
            message_class="receipt",
        )
    )
    await uow.audit(
        "debt_advice.referred",
        f"assessment/{statement.assessment_id}",
        case_id=statement.case_id,
        after={"result": str(statement.result)},
    )
