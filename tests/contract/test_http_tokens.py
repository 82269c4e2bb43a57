"""Which access tokens are accepted (RFC 8725, RFC 9068)."""

import base64
import hmac
import json
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.contract.edge import Edge


def _part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def assert_refused(response: httpx.Response) -> None:
    assert response.status_code == 401, response.text
    problem = response.json()
    assert problem["type"] == "https://forbear.dev/problems/unauthorized"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("key_id", "alg"), [("rsa", "RS256"), ("ec", "ES256"), ("ed", "EdDSA"), ("ed", "Ed25519")])
async def test_pinned_algorithms_are_accepted(edge: Edge, key_id: str, alg: str) -> None:
    token = edge.issuer.token(key_id, alg, roles=["agent", "unknown"]) if alg != "EdDSA" else _eddsa(edge)
    response = await edge.get("/v1/me", token)
    assert response.status_code == 200, response.text
    assert response.json()["subject"] == "a-1" and response.json()["roles"] == ["agent"]


def _eddsa(edge: Edge) -> str:
    with pytest.warns(match="RFC 9864"):
        return edge.issuer.token("ed", "EdDSA")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.test"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"aud": ["forbear", "other"]},
        {"aud": []},
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": 99_999_999_999},
        {"iat": 99_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": "a b"},
        {"sub": "x" * 201},
        {"roles": "supervisor"},
        {"roles": [1]},
    ],
    ids=str,
)
async def test_wrong_claims_are_refused(edge: Edge, changes: dict[str, Any]) -> None:
    assert_refused(await edge.get("/v1/me", edge.issuer.token(**changes)))


async def test_an_expired_token_says_so(edge: Edge) -> None:
    response = await edge.get("/v1/me", edge.issuer.token(exp=int(time.time()) - 60))
    assert_refused(response)
    assert "expired" in response.json()["detail"]


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": "id+jwt"},
        {"kid": "../rsa"},
        {"kid": "' OR 1=1 --"},
        {"kid": "k" * 201},
        {"jku": "https://evil.test/jwks"},
        {"x5u": "https://evil.test/cert"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
    ],
    ids=str,
)
async def test_headers_that_lead_elsewhere_are_refused(edge: Edge, header: dict[str, Any]) -> None:
    assert_refused(await edge.get("/v1/me", edge.issuer.token(header=header)))


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", ""])
async def test_an_unsigned_token_is_refused(edge: Edge, alg: str) -> None:
    header = _part({"alg": alg, "kid": "rsa", "typ": "at+jwt"})
    assert_refused(await edge.get("/v1/me", f"{header}.{_part(edge.issuer.claims())}."))


@pytest.mark.parametrize("form", ["pem", "der"])
async def test_the_public_key_is_no_shared_secret(edge: Edge, form: str) -> None:
    public = edge.issuer.keys["rsa"]
    assert isinstance(public, RSAKey)
    secret = public.as_pem(private=False) if form == "pem" else public.as_der(private=False)
    header = {"alg": "HS256", "kid": "rsa", "typ": "at+jwt"}
    signed = f"{_part(header)}.{_part(edge.issuer.claims())}"
    assert_refused(await edge.get("/v1/me", f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"))


async def test_another_key_with_a_known_id_is_refused(edge: Edge) -> None:
    forged = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
    assert_refused(await edge.get("/v1/me", jwt.encode(header, edge.issuer.claims(), forged, algorithms=["RS256"])))


async def test_a_changed_payload_is_refused(edge: Edge) -> None:
    header, _, signature = edge.issuer.token().split(".")
    assert_refused(await edge.get("/v1/me", f"{header}.{_part(edge.issuer.claims(roles=['manager']))}.{signature}"))


async def test_a_claim_that_appears_twice_is_refused(edge: Edge) -> None:
    from joserfc import jws

    claims = json.dumps(edge.issuer.claims())[:-1] + ', "sub": "a-2"}'
    protected = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
    token = jws.serialize_compact(protected, claims, edge.issuer.keys["rsa"], algorithms=["RS256"])
    assert_refused(await edge.get("/v1/me", token))


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "e30.e30.e30", "x" * 9000])
async def test_what_is_no_token_is_refused(edge: Edge, token: str) -> None:
    assert_refused(await edge.get("/v1/me", token))


@pytest.mark.parametrize("value", ["", "Basic YTpi", "Bearer", "Bearer a b"])
async def test_other_authorization_is_refused(edge: Edge, value: str) -> None:
    assert_refused(await edge.client.get("/v1/me", headers={"authorization": value}))
    assert_refused(await edge.client.get("/v1/me"))


async def test_two_authorization_headers_are_refused(edge: Edge) -> None:
    good = f"Bearer {edge.issuer.token()}"
    assert_refused(await edge.client.get("/v1/me", headers=[("authorization", good), ("authorization", good)]))


async def test_keys_are_fetched_once_and_again_for_a_new_one_but_not_at_will(edge: Edge) -> None:
    for _ in range(3):
        assert (await edge.get("/v1/me")).status_code == 200
    assert edge.issuer.asked == 1
    edge.issuer.add("rsa-2", RSAKey.generate_key(2048))
    # Within the back-off nothing is asked, however many such tokens come.
    for _ in range(3):
        assert_refused(await edge.get("/v1/me", edge.issuer.token("rsa-2")))
    assert edge.issuer.asked == 1
    jwks = edge.app.state.tokens._jwks
    jwks._tried -= 6
    assert (await edge.get("/v1/me", edge.issuer.token("rsa-2"))).status_code == 200
    assert edge.issuer.asked == 2


async def test_an_issuer_that_is_down_stops_only_those_whose_keys_are_unknown(edge: Edge) -> None:
    edge.issuer.down = True
    response = await edge.get("/v1/me")
    assert response.status_code == 503 and response.headers["retry-after"] == "1"
    edge.issuer.down = False
    jwks = edge.app.state.tokens._jwks
    jwks._tried -= 6
    assert (await edge.get("/v1/me")).status_code == 200
    edge.issuer.down = True
    jwks._tried -= 6
    jwks._fetched -= 3600
    assert (await edge.get("/v1/me")).status_code == 200


async def test_only_a_service_acts_for_somebody(edge: Edge) -> None:
    service = edge.issuer.token(sub="svc-contact", roles=["system"])
    acted = await edge.get("/v1/me", service, x_acting_for="a-7")
    assert acted.json()["person"] == "a-7" and acted.json()["subject"] == "svc-contact"
    assert (await edge.get("/v1/me", x_acting_for="a-7")).status_code == 403
    assert (await edge.get("/v1/me", service, x_acting_for="a 7")).status_code == 403
