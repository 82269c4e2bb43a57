"""E-mail and postal addresses in the form in which they are found again."""

import pytest

from services.contact.domain.addresses import normal_address, normal_email


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" Ann.Li@Example.COM ", "ann.li@example.com"),
        ("a+b@sub.example.org", "a+b@sub.example.org"),
        ("ａｎｎ@example.com", "ann@example.com"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_email_address_has_one_form(said: str, kept: str) -> None:
    assert normal_email(said) == kept
    assert normal_email(kept) == kept


@pytest.mark.parametrize(
    "said",
    ["", "ann", "ann@", "@example.com", "ann@example", "a b@example.com", "ann@-example.com", "ann@exa..com",
     "a..b@x.org", "ann@example.com,bob@example.com", "x" * 65 + "@example.com", "a@" + "b" * 64 + ".com",
     "a@" + "b." * 130 + "com"],
)  # fmt: skip
def test_what_is_no_email_address_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normal_email(said)


def test_a_postal_address_has_no_needless_space() -> None:
    assert normal_address("  No. 1,\n People's\tAvenue ") == "No. 1, People's Avenue"
    assert normal_address("上海市黄浦区人民大道１号") == "上海市黄浦区人民大道1号"
    for said in ("", "12345", "  \n "):
        with pytest.raises(ValueError, match="not a postal address"):
            normal_address(said)
