"""Sentences about programmes, in Chinese and English, for borrowers: what is still asked, and that asking is free."""

from services.plans.domain.programmes import StillAsked

ASKED: dict[StillAsked, tuple[str, str]] = {
    StillAsked.CAUSE: ("请告诉我们困难的原因。", "Tell us why you cannot pay at present."),
    StillAsked.MEANS: ("需要核对收入与支出及证明材料。", "Your income and outgoings are looked at, with documents."),
    StillAsked.WILLINGNESS: ("须确有经济困难并愿意还款。", "You must be in difficulty and willing to pay."),
    StillAsked.PEOPLE: ("由工作人员逐案决定。", "People decide this case by case."),
}

FREE_OF_CHARGE = (
    "申请完全免费，由您本人直接向我们提出即可，无须委托任何收费的中介。",
    "Applying is free. You can ask us yourself and need to pay nobody to ask for you.",
)
