"""The steps of the negotiation as the workflow calls them."""

from services.common.contracts.workflows import RoundInput
from services.common.durable.steps import OutsideCall, OwnWrite
from services.plans.workflows.messages import ActivationResult, NegotiationState

look_at_negotiation = OwnWrite[RoundInput, NegotiationState]("look_at_negotiation", NegotiationState)
"""Does everything that is due in a round, and says what comes next."""

activate_in_core = OutsideCall[RoundInput, ActivationResult]("activate_in_core", ActivationResult)
"""Has the core run the signed plan, once, and compares what it made of it with what was agreed."""

give_activation_up = OutsideCall[RoundInput, ActivationResult]("give_activation_up", ActivationResult)
"""A person decided not to go on with an activation: back to a draft, unless the core has put the plan into force."""
