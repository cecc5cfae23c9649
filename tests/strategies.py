"""What the property tests draw from."""

from hypothesis import strategies as st

from spindetect.modes import Mode
from spindetect.report import (
    PhraseAnomaly,
    Quality,
    Reason,
    Report,
    Rule,
    SentenceScore,
    Verdict,
)

# Any string, lone surrogates and control characters included.
any_text = st.text(st.characters())
# Strings that mean something to terminals, browsers or parsers.
hostile_text = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</mark></div>",
            '" onmouseover="alert(1)',
            "&lt;b&gt;",
            "' style='",
            "\x1b[2J",
            "\x1b]0;title\x07",
            "\u202egnp.exe",
            "\r\n",
            "\u2028",
            "\ud800",
            "\0",
            "steered",
            " ",
        ]
    )
    | any_text,
    max_size=6,
).map("".join)
probabilities = st.floats(0, 1)
priors = st.floats(0, 1, exclude_min=True, exclude_max=True)
gains = st.floats(-50, 50)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, 60))
    return start, start + draw(st.integers(0, 20))


@st.composite
def anomalies(draw: st.DrawFn) -> PhraseAnomaly:
    start, end = draw(spans())
    expected = tuple(draw(st.lists(hostile_text, max_size=4)))
    return PhraseAnomaly(draw(hostile_text), start, end, expected, draw(gains), draw(probabilities))


@st.composite
def sentences(draw: st.DrawFn) -> SentenceScore:
    return SentenceScore(*draw(spans()), draw(probabilities))


bounds = st.none() | st.floats(allow_nan=False, allow_infinity=False)
rules = st.builds(
    Rule,
    hostile_text,
    st.floats(allow_nan=False, allow_infinity=False),
    low=bounds,
    high=bounds,
    passed=st.booleans(),
    spans=st.lists(spans(), max_size=3).map(tuple),
)
qualities = st.builds(Quality, probabilities, st.lists(rules, max_size=3).map(tuple))
ids = st.none() | hostile_text | st.integers()
# The parts need not fit each other: a record that a user has edited must be shown, too.
reports = st.builds(
    Report,
    st.sampled_from(Verdict),
    st.sampled_from([reason for reason in Reason if reason is not Reason.ERROR]),
    st.none() | probabilities,
    st.lists(anomalies(), max_size=4).map(tuple),
    st.lists(sentences(), max_size=4).map(tuple),
    st.none() | qualities,
    st.none() | st.sampled_from(["en", "de"]),
    st.integers(0, 10_000),
    hostile_text,
    st.sampled_from(Mode),
    priors,
    id=ids,
    prose=st.none() | probabilities,
    text=hostile_text,
) | st.builds(Report.unreadable, ids, hostile_text)
