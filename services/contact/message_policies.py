"""Dated parameters of messages that people have sent: which there are, and who may ask for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.common.kernel.dated import PolicyValue
from services.contact.domain.vocabulary import MessageClass
from services.contact.template_files import templates


@dataclass(frozen=True, slots=True)
class Askable(PolicyValue):
    """A message that people may have sent. `figures`: the core is asked first; None of the limits: for all cases."""

    roles: frozenset[str]
    message_class: MessageClass
    figures: bool = False
    products: frozenset[str] | None = None
    packs: frozenset[str] | None = None

    def fits(self, packs: Iterable[str], product: str) -> bool:
        """Whether it is for such a case."""
        return (self.products is None or product in self.products) and (
            self.packs is None or not self.packs.isdisjoint(packs)
        )


@dataclass(frozen=True, slots=True)
class MessagesPolicy(PolicyValue):
    """The closed list, by purpose, which is the name of the template. ValueError for one that there is not."""

    purposes: Mapping[str, Askable]

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.purposes) - set(templates())):
            raise ValueError(f"there is no template of this name: {', '.join(unknown)}")
