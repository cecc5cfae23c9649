"""Kernel of `spindetect.restoration`."""

from __future__ import annotations

import numpy as np

from spindetect.kernels.compiled import F64, I32, I64, array_in, array_out, compiled, inlined
from spindetect.kernels.lookups import NGRAMS, pair_bits, triple_bits
from spindetect.kernels.phrases import BREAK

__all__ = ["search"]


@inlined
def _tops(prior, bits, depth, count, weight, most, top):
    """Put the best paths at a depth into `top`, best first; their number."""
    found = 0
    for i in range(count):
        score = prior[depth, i] + weight * bits[depth, i]
        place = found
        while place > 0:
            other = top[place - 1]
            if not score > prior[depth, other] + weight * bits[depth, other]:
                break
            if place < most:
                top[place] = other
            place -= 1
        if place < most:
            top[place] = i
            found = min(found + 1, most)
    return found


@compiled(
    *(NGRAMS, array_in(I64), array_in(I64), array_in(I32), array_in(I32)),
    *(array_in(I64), array_in(I64), array_in(I32, 2), array_in(F64), F64, I64, I64),
    *(array_out(I64), array_out(I64), array_out(I64, 2), array_out(I64, 2)),
    *(array_out(I32, 2), array_out(I32, 2), array_out(F64, 2), array_out(F64, 2)),
    *(
        array_out(I64),
        array_out(I32),
        array_out(I32),
        array_out(F64),
        array_out(F64),
        array_out(I32, 2),
        array_out(I64),
    ),
    returns=I64,
)
def search(
    model,
    first,
    behind,
    begun_far,
    begun_left,
    arc_first,
    arc_length,
    arc_words,
    arc_prior,
    weight,
    beam,
    most,
    top,
    count,
    parent,
    arc,
    far,
    left,
    bits,
    prior,
    out_run,
    out_far,
    out_left,
    out_bits,
    out_prior,
    out_words,
    out_size,
):
    """The best paths of each run (`spindetect.restoration`): their number.

    The arcs from token t on are ``arc_first[t]`` to ``arc_first[t + 1]``. Arrays of two dimensions
    from `parent` to `prior` hold the paths of one run by how many tokens they are past its start.
    """
    unigrams, backoff, pairs, triples, lanes, levels = model
    _, rest, _, _ = pair_bits(unigrams, backoff, pairs, BREAK, BREAK)
    side = parent.shape[1]
    done = 0
    for r in range(len(first)):
        size = behind[r] - first[r]
        for d in range(size + 1):
            count[d] = 0
        count[0] = 1
        far[0, 0], left[0, 0], bits[0, 0], prior[0, 0] = begun_far[r], begun_left[r], 0.0, 0.0
        for d in range(size):
            kept = _tops(prior, bits, d, count[d], weight, beam, top)
            for p in range(kept):
                path = top[p]
                begun = pair_bits(unigrams, backoff, pairs, far[d, path], left[d, path])[1]
                for a in range(arc_first[first[r] + d], arc_first[first[r] + d + 1]):
                    before, last, total = far[d, path], left[d, path], bits[d, path]
                    behind_both = begun
                    for k in range(arc_words.shape[1]):
                        word = arc_words[a, k]
                        if word < 0:
                            continue
                        if last == BREAK:
                            before, behind_both = np.int32(BREAK), rest
                        tri, _, _, behind_both = triple_bits(
                            *(unigrams, backoff, pairs, triples, lanes, levels),
                            *(before, last, behind_both, word),
                        )
                        total += tri
                        before, last = last, word
                    e = d + arc_length[a]
                    n = count[e]
                    count[e] = n + 1
                    far[e, n], left[e, n], bits[e, n] = before, last, total
                    prior[e, n] = prior[d, path] + arc_prior[a]
                    parent[e, n], arc[e, n] = d * side + path, a
        kept = _tops(prior, bits, size, count[size], weight, most, top)
        for p in range(kept):
            d, path = size, top[p]
            out_run[done], out_far[done], out_left[done] = r, far[d, path], left[d, path]
            out_bits[done], out_prior[done] = bits[d, path], prior[d, path]
            # Backwards from the end of the run, then turned round.
            n = 0
            while d > 0:
                a = arc[d, path]
                for k in range(arc_words.shape[1] - 1, -1, -1):
                    if arc_words[a, k] >= 0:
                        out_words[done, n] = arc_words[a, k]
                        n += 1
                before = parent[d, path]
                d, path = before // side, before % side
            for k in range(n // 2):
                word = out_words[done, k]
                out_words[done, k] = out_words[done, n - 1 - k]
                out_words[done, n - 1 - k] = word
            out_size[done] = n
            done += 1
    return done
