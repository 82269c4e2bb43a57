"""Reading the dated YAML of a service: the bank's own file, or the packaged `services/<name>/policy/<file>.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from services.common.kernel import own_files
from services.common.kernel.dated import Dated

T = TypeVar("T")


class PolicyFileInvalid(Exception):
    """A policy file is missing or wrong. Names the file and every place in it; a service must not start."""


def load_policy(package: str, name: str, model: type[T]) -> T:
    """Read the policy `name` of a service into `model` (a pydantic model or a frozen dataclass).

    `package` is a service's package, e.g. "services.contact". PolicyFileInvalid names the file and the reason.
    """
    where = f"{package.replace('.', '/')}/policy/{name}.yaml"
    try:
        packaged = files(package) / "policy" / f"{name}.yaml"
        where, text = own_files.read(f"{package.rpartition('.')[2]}/{name}.yaml", packaged, where)
        return TypeAdapter(model).validate_python(yaml.safe_load(text))
    except FileNotFoundError:
        raise PolicyFileInvalid(f"{where}: no such file") from None
    except yaml.YAMLError as error:
        raise PolicyFileInvalid(f"{where}: {error}") from error
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())
        raise PolicyFileInvalid(f"{where}: {places}") from error


@cache
def load_dated(package: str, name: str, model: type[T]) -> Dated[T]:
    """Read a policy file of dated versions whose `value` has the shape of `model`. Read once per process."""
    generic: Any = Dated
    loaded: Dated[T] = load_policy(package, name, generic[model])
    return loaded
