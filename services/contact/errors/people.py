"""Refusals about persons, their numbers, and who speaks or is asked for them."""

from services.common.kernel.errors import Conflict, InvalidInput, NotFound


class PartyUnknown(NotFound):
    """The case has no party of this id."""

    problem = "party-unknown"
    title = "No such party"


class NumberUnknown(NotFound):
    """The person has no number of this id in this channel."""

    problem = "number-unknown"
    title = "No such number"


class NumberIsBarred(Conflict):
    """The number must not be used for this person; `barred_for` says why."""

    problem = "number-barred"
    title = "The number is barred"


class ConsentUnknown(NotFound):
    """There is no consent of this id."""

    problem = "consent-unknown"
    title = "No such consent"


class ConsentUnfit(InvalidInput):
    """What is said of the consent does not belong to its kind; `errors` names the fields."""

    problem = "consent-unfit"
    title = "The details do not fit the consent"


class RepresentativeUnknown(NotFound):
    """There is no representative of this id."""

    problem = "representative-unknown"
    title = "No such representative"


class RepresentativeHasEnded(Conflict):
    """Nobody speaks for the person by this any more; another one is recorded anew."""

    problem = "representative-ended"
    title = "The representative does not speak for the person any more"


class ThirdPartyUnknown(NotFound):
    """There is no third party of this id."""

    problem = "third-party-unknown"
    title = "No such third party"


class ThirdPartyRefused(Conflict):
    """At this number somebody asked never to be contacted about anybody's debt; that is for good, in every case."""

    problem = "third-party-refused"
    title = "This number must not be used"
