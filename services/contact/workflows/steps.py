"""The activities that contact's workflows call."""

from datetime import timedelta

from services.common.contracts.workflows import DeliveryRequest, HandOverInput, OverrideInput, PartyInput, RoundInput
from services.common.durable.steps import OutsideCall, OwnWrite, PromptCall
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered, HandedOver, Learned, OverrideState

deliver = PromptCall[DeliveryRequest, Delivered]("deliver", Delivered)
give_up = OwnWrite[DeliveryRequest, Delivered]("give_up", Delivered)

# Intake is asked with patience of its own, so one attempt may take longer than a call to the gateway.
learn_numbers = OutsideCall[RoundInput, Learned]("learn_numbers", Learned, timedelta(seconds=60))
learn_party = OutsideCall[PartyInput, Learned]("learn_party", Learned, timedelta(seconds=60))
advance_cadence = OwnWrite[CadenceLook, CadenceState]("advance_cadence", CadenceState)
look_at_override = OwnWrite[OverrideInput, OverrideState]("look_at_override", OverrideState)

# Intake hears of a conversation by an event that may come after this call: it is asked again until then.
hand_over_request = OutsideCall[HandOverInput, HandedOver]("hand_over_request", HandedOver, timedelta(seconds=60))
give_up_request = OwnWrite[HandOverInput, HandedOver]("give_up_request", HandedOver)
