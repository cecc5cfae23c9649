"""How kernels are compiled, and the types of what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import types

__all__ = [
    "F32",
    "F64",
    "I8",
    "I16",
    "I32",
    "I64",
    "U8",
    "U16",
    "U32",
    "U64",
    "array_in",
    "array_out",
    "compiled",
    "inlined",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Any, since not every option that is used is among its types.
_NJIT: Any = numba.njit

# Kernels allocate nothing, so that no references need be counted: that made the look-ups of pairs
# take 100 ns in place of 10.
_NO_REFERENCES = {"_nrt": False}


def compiled(*arguments: object, returns: Any = types.void) -> Callable[[_Function], _Function]:
    """Compile a function for arguments of these types when it is defined, or load it from disk."""

    def compile_(function: _Function) -> _Function:
        options = {"cache": True, "nogil": True, **_NO_REFERENCES}
        return cast(_Function, _NJIT(returns(*arguments), **options)(function))

    return compile_


def inlined(function: _Function) -> _Function:
    """A part of kernels."""
    return cast(_Function, _NJIT(**_NO_REFERENCES)(function))


def array_in(dtype: Any, ndim: int = 1) -> Any:
    """Type of an array that is read: mapped tables cannot be written."""
    return types.Array(dtype, ndim, "C", readonly=True)


def array_out(dtype: Any, ndim: int = 1) -> Any:
    """Type of an array that is written."""
    return types.Array(dtype, ndim, "C")


U64, I64, I32, U32 = types.uint64, types.int64, types.int32, types.uint32
U16, I16, U8, I8 = types.uint16, types.int16, types.uint8, types.int8
F32, F64 = types.float32, types.float64
