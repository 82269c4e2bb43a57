"""The activities that contact's workflows call."""

from datetime import timedelta

from services.common.contracts.workflows import DeliveryRequest, RoundInput
from services.common.durable.steps import OutsideCall, OwnWrite
from services.contact.workflows.messages import CadenceLook, CadenceState, HandedOver, HandOver, Learned, Reservation

reserve = OwnWrite[DeliveryRequest, Reservation]("reserve", Reservation)
give_up = OwnWrite[DeliveryRequest, Reservation]("give_up", Reservation)
hand_to_gateway = OutsideCall[HandOver, HandedOver]("hand_to_gateway", HandedOver)

# Intake is asked with patience of its own, so one attempt may take longer than a call to the gateway.
learn_numbers = OutsideCall[RoundInput, Learned]("learn_numbers", Learned, timedelta(seconds=60))
advance_cadence = OwnWrite[CadenceLook, CadenceState]("advance_cadence", CadenceState)
