"""A language model's proposals, if the user has one: off by default, and it may only point at words of the document.

Any endpoint that speaks OpenAI's chat completions will do. The model names a quote, a kind and a status; each quote
must stand in the text, and every number, deadline and place is read from the quote by our own rules. It never changes
what the rules found: the two are laid side by side.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from rahdari.documents.document import Document
from rahdari.exceptions import InputFault, NoAnswer
from rahdari.register.amounts import choose_amounts, deadline_of
from rahdari.register.candidates import find_sectors
from rahdari.register.clauses import Clause
from rahdari.register.commitment import KINDS, STATUSES, Commitment
from rahdari.register.gazetteer import load_gazetteer
from rahdari.register.kinds import Scores
from rahdari.register.lexicon import known_lexicons, load_lexicon
from rahdari.register.parties import document_parties
from rahdari.register.phrases import tokenize
from rahdari.register.places import find_places
from rahdari.register.sentences import read_sentence, read_windows

LONGEST_TEXT = 100_000
LARGEST_ANSWER = 4_000_000
MOST_PROPOSALS = 500
# Two quotes tell of one commitment where they share so much of what either covers.
SAME_SPAN = 0.5
INSTRUCTIONS = (
    "List the commitments in the text between the two governments or parties: what they signed, agreed, offered, "
    "reviewed, discussed, plan, achieved or supported. No stock facts, opinions or history. Answer with JSON alone: "
    '{"commitments": [{"quote": exact words of the text, "kind": one of KINDS, "status": one of STATUSES}]}. '
    f"KINDS: {', '.join(KINDS)}. STATUSES: {', '.join(STATUSES)}."
)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Where the model is and what it is called; `key` goes into the request's header and nowhere else."""

    url: str
    name: str
    key: str = ""
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A proposal of the model that is not kept, and why."""

    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What a model proposes: commitments whose quotes stand in the text, and what was refused."""

    commitments: tuple[Commitment, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules' reading beside the model's: pairs found by both, and what only one of them found."""

    both: tuple[tuple[Commitment, Commitment], ...]
    only_rules: tuple[Commitment, ...]
    only_model: tuple[Commitment, ...]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the document to a host that the user did not name."""

    def redirect_request(self, *_: Any) -> None:
        return None


def ask_model(document: Document, options: ModelOptions) -> ModelReading:
    """The model's proposals for a document, each checked against its text; the document is sent to `options.url`."""
    if len(document.text) > LONGEST_TEXT:
        raise InputFault(f"The text is longer than {LONGEST_TEXT:,} characters: send a part of it.", kind="too-large")
    if document.language not in known_lexicons():
        raise InputFault("There is no lexicon to check the model's figures in this language.", kind="unknown-language")
    return check_proposals(document, _read_answer(_post(options, document.text)))


def _post(options: ModelOptions, text: str) -> bytes:
    if urlsplit(options.url).scheme not in ("http", "https"):
        raise InputFault(f"{options.url!r} is no http address of a model.", kind="no-model")
    body = {
        "model": options.name,
        "temperature": 0,
        "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": text}],
    }
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {options.key}"} if options.key else {})
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        options.url.rstrip("/") + "/chat/completions", data=json.dumps(body).encode(), headers=headers, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=options.timeout_s) as answer:
            data: bytes = answer.read(LARGEST_ANSWER + 1)
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise NoAnswer(
            f"The model gives no answer ({reason}). The rules' reading needs none.", kind="no-model"
        ) from error
    return data


def _read_answer(data: bytes) -> list[Any]:
    """The proposals in a chat completion: the first JSON object of its message."""
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
        proposals = json.loads(content[content.index("{") : content.rindex("}") + 1])["commitments"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise NoAnswer("The model's answer is not the JSON that was asked for.", kind="no-model") from error
    if not isinstance(proposals, list):
        raise NoAnswer("The model's answer holds no list of commitments.", kind="no-model")
    return proposals[:MOST_PROPOSALS]


def check_proposals(document: Document, proposals: Sequence[Any]) -> ModelReading:
    """What of a model's proposals stands in the text; figures are read from the quote by our own rules."""
    lexicon = load_lexicon(document.language or "en")
    gazetteer = load_gazetteer(lexicon.code)
    sentences = next(iter(read_windows(document, lexicon=lexicon, gazetteer=gazetteer)), ())
    parties = document_parties(sentences, lexicon=lexicon)
    kept: list[Commitment] = []
    refused: list[Refusal] = []
    for proposal in proposals:
        quote, kind, status = (
            (str(proposal.get(name, "")) for name in ("quote", "kind", "status"))
            if isinstance(proposal, dict)
            else ("", "", "")
        )
        start = document.text.find(quote) if quote.strip() else -1
        why = (
            "its words do not stand in the text"
            if start < 0
            else f"{kind!r} is no kind"
            if kind not in KINDS
            else f"{status!r} is no status"
            if status not in STATUSES
            else "it is proposed twice"
            if any((found.start, found.quote) == (start, quote) for found in kept)
            else ""
        )
        if why:
            refused.append(Refusal(quote[:500], why))
        else:
            kept.append(_read_quote(document, start, quote, kind=kind, status=status, parties=parties))
    return ModelReading(tuple(kept), tuple(refused))


def _read_quote(
    document: Document, start: int, quote: str, *, kind: str, status: str, parties: tuple[str, ...]
) -> Commitment:
    lexicon = load_lexicon(document.language or "en")
    end = start + len(quote)
    sentence = read_sentence(
        document.text,
        (start, end),
        tokenize(document.text, start, end),
        date=document.date,
        lexicon=lexicon,
        gazetteer=load_gazetteer(lexicon.code),
        paragraph=None,
        is_heading=False,
        is_item=False,
    )
    clause = Clause(0, len(sentence.tokens), None, Scores(()), inherited=False, subordinate=False)
    amount = choose_amounts(sentence, clause, kind, numbers=lexicon.numbers, parties=parties)[0]
    deadline = deadline_of(sentence, clause)
    return Commitment(
        id=f"model-{start}",
        quote=quote,
        start=start,
        end=end,
        mentions=(),
        parties=parties,
        kind=kind,
        status=status,
        value=amount.value,
        unit=amount.unit,
        comparator=amount.comparator,
        baseline=amount.baseline,
        deadline=deadline.deadline if deadline else None,
        places=find_places(sentence, clause, document.text, lexicon=lexicon, parties=parties),
        sectors=find_sectors(sentence, 0, len(sentence.tokens)),
    )


def compare_readings(rules: Sequence[Commitment], model: Sequence[Commitment]) -> Comparison:
    """The two readings side by side, paired where their words overlap; nothing of either is changed."""
    both: list[tuple[Commitment, Commitment]] = []
    left = list(model)
    for found in rules:
        twin = next((other for other in left if _overlap(found, other) >= SAME_SPAN), None)
        if twin is not None:
            left.remove(twin)
            both.append((found, twin))
    paired = {found.id for found, _ in both}
    return Comparison(tuple(both), tuple(found for found in rules if found.id not in paired), tuple(left))


def _overlap(one: Commitment, other: Commitment) -> float:
    spans = ((one.start, one.end), *((mention.start, mention.end) for mention in one.mentions))
    shares = []
    for start, end in spans:
        shared = min(end, other.end) - max(start, other.start)
        shares.append(max(shared, 0) / max(max(end, other.end) - min(start, other.start), 1))
    return max(shares)


def as_model_record(reading: ModelReading, comparison: Comparison) -> dict[str, object]:
    """The key `model` of `read`: what both found and how they differ, what only one found, and what was refused."""
    return {
        "both": [
            {
                "id": found.id,
                "differs": [name for name in ("kind", "status") if getattr(found, name) != getattr(twin, name)],
                "model": twin.as_record(),
            }
            for found, twin in comparison.both
        ],
        "only_rules": [found.id for found in comparison.only_rules],
        "only_model": [found.as_record() for found in comparison.only_model],
        "refused": [{"quote": refusal.quote, "why": refusal.why} for refusal in reading.refused],
    }
