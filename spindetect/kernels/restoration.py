"""Kernel of `spindetect.restoration`."""

from __future__ import annotations

from spindetect.kernels.compiled import F32, F64, I32, I64, array_in, array_out, compiled, inlined
from spindetect.kernels.lookups import BLOCK, NGRAMS, ROOM, pair_bits, pair_block, triple_block
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


@inlined
def _longer(model, words, size, rest, space, scratch, ends, bits):
    """Add to each path of a block the words of its arc: what they cost is added to `bits`.

    Of each path are read the row of its arc in `words` and its last two words, the first rows of
    `ends`, and the back-off weight behind these, the last row of `scratch`; all but the first of
    them are brought up to date. The other rows have room for a block of look-ups.
    """
    arcs, fars, lasts = ends[0], ends[1], ends[2]
    far, left, word, found, which = ends[3], ends[4], ends[5], ends[6], ends[7]
    pair, behind, before, tri, weights = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    for k in range(words.shape[1]):
        n = 0
        for i in range(size):
            if words[arcs[i], k] < 0:
                continue
            is_break = lasts[i] == BREAK
            far[n] = BREAK if is_break else fars[i]
            before[n] = rest if is_break else weights[i]
            left[n], word[n], which[n] = lasts[i], words[arcs[i], k], i
            n += 1
        pair_block(model, left, word, n, space, pair, behind, found)
        triple_block(model, far, left, word, n, space, pair, before, found, tri)
        for j in range(n):
            i = which[j]
            bits[i] += tri[j]
            fars[i], lasts[i], weights[i] = left[j], word[j], behind[j]


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
    *(ROOM, array_out(F32, 2), array_out(I32, 2), array_out(F64)),
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
    space,
    scratch,
    ends,
    sums,
):
    """The best paths of each run (`spindetect.restoration`): their number.

    The arcs from token t on are ``arc_first[t]`` to ``arc_first[t + 1]``. Arrays of two dimensions
    from `parent` to `prior` hold the paths of one run by how many tokens they are past its start.
    The last four have room for a block.
    """
    unigrams, backoff, pairs, _, _, _ = model
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
            begin = arc_first[first[r] + d]
            arcs = arc_first[first[r] + d + 1] - begin
            for grown in range(0, kept * arcs, BLOCK):
                n = min(BLOCK, kept * arcs - grown)
                for i in range(n):
                    path = top[(grown + i) // arcs]
                    ends[0, i] = begin + (grown + i) % arcs
                    ends[1, i], ends[2, i], sums[i] = far[d, path], left[d, path], bits[d, path]
                    ends[3, i], ends[4, i] = far[d, path], left[d, path]
                pair_block(model, ends[3], ends[4], n, space, scratch[0], scratch[4], ends[6])
                _longer(model, arc_words, n, rest, space, scratch, ends, sums)
                for i in range(n):
                    path, a = top[(grown + i) // arcs], ends[0, i]
                    e = d + arc_length[a]
                    place = count[e]
                    count[e] = place + 1
                    far[e, place], left[e, place], bits[e, place] = ends[1, i], ends[2, i], sums[i]
                    prior[e, place] = prior[d, path] + arc_prior[a]
                    parent[e, place], arc[e, place] = d * side + path, a
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
