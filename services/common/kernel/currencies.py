"""Minor digits of the currencies Forbear accepts (ISO 4217). An unknown currency is refused, never guessed."""

from __future__ import annotations

from typing import Final

_BY_DIGITS: Final = {
    0: "CLP ISK JPY KRW PYG UGX VND XAF XOF XPF",
    2: (
        "AED ARS AUD BDT BGN BRL CAD CHF CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR KES KZT LKR MAD MOP MXN "
        "MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD UYU ZAR"
    ),
    3: "BHD IQD JOD KWD OMR TND",
}

MINOR_DIGITS: Final[dict[str, int]] = {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}
