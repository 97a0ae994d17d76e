"""The pay page, phone first, and the desk on which everything that happened lies."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from hanse.integrations.sandbox.gateway import is_over
from hanse.integrations.sandbox.journal import Journal, Kind, Message, Payment, Payout, Refund
from hanse.integrations.sandbox.texts import TEXTS
from hanse.integrations.sandbox.troubles import NOTICE_TROUBLES
from hanse.kernel import money

STYLE = Path(__file__).with_name("pages.css").read_text(encoding="utf-8")

SHOWN = 50
"""How many documents of a kind the desk shows: the newest."""


def pay_page(payment: Payment, lang: str) -> str:
    """Draw the page on which a payment is paid, or what became of it."""
    words = TEXTS[lang]
    over = is_over(payment)
    amount = f'<p class="amount">{_amount(payment)} <small>{escape(payment.currency)}</small></p>'
    title = f'<p class="title">{escape(payment.title or payment.reference)}</p>'
    refresh = ""
    if payment.status == "pending" and not over:
        rest = _form(words)
    else:
        status = "over" if over else payment.status
        mood = {"succeeded": "good", "processing": "wait"}.get(status, "bad")
        rest = f'<p class="state {mood}" role="status">{words["state_" + status]}</p>'
        if status == "processing":
            refresh = '<meta http-equiv="refresh" content="2">'
        elif payment.return_url:
            back = escape(payment.return_url, quote=True)
            rest += f'<p><a href="{back}" class="key" rel="noreferrer">{words["back"]}</a></p>'
            refresh = f'<meta http-equiv="refresh" content="5;url={back}">'
    body = f'<div class="card">{title}{amount}{rest}</div><p class="note">{words["play_money"]}</p>'
    return _page(words, lang, body, refresh)


def desk_page(journal: Journal, lang: str, zone: str) -> str:
    """Draw the newest payments, refunds, payouts and notices."""
    words = TEXTS[lang]
    at = ZoneInfo(zone)
    tables = [
        _table(words, "payments", (_row(words, p, at, "") for p in _newest(journal.all(Payment)))),
        _table(words, "refunds", (_row(words, r, at, "") for r in _newest(journal.all(Refund)))),
        _table(
            words, "payouts", (_row(words, p, at, _return_button(words, p, lang)) for p in _newest(journal.all(Payout)))
        ),
        _notices(words, lang, _newest(journal.all(Message))),
    ]
    return _page(words, lang, "".join(tables), "", wide=True)


def error_page(code: str, lang: str) -> str:
    """Draw what went wrong."""
    words = TEXTS[lang]
    return _page(
        words, lang, f'<div class="card"><p class="state bad">{words["error"]}</p><p>{escape(code)}</p></div>', ""
    )


def _form(words: dict[str, str]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="trouble" value="{name}"> <span>{words["trouble_" + name]}</span></label>'
        for name in NOTICE_TROUBLES
    )
    return (
        '<form method="post">'
        f'<button class="key" name="do" value="pay">{words["pay"]}</button>'
        f'<button name="do" value="slow">{words["slow"]}</button>'
        f'<button name="do" value="refuse">{words["refuse"]}</button>'
        f"<details><summary>{words['trouble']}</summary>{boxes}</details></form>"
    )


def _amount(document: Payment | Refund | Payout) -> str:
    return escape(money.plain(document.amount, document.currency))


def _newest(rows: list[Kind]) -> list[Kind]:
    return rows[: -SHOWN - 1 : -1]


def _row(words: dict[str, str], document: Payment | Refund | Payout, zone: ZoneInfo, action: str) -> str:
    at = datetime.fromtimestamp(document.created_at, UTC).astimezone(zone).strftime("%m-%d %H:%M:%S")
    name = escape(document.reference)
    if isinstance(document, Payment):
        name = f'<a href="/pay/{escape(document.ref)}">{name}</a>'
    return (
        f'<tr><td>{at}</td><td>{name}</td><td class="n">{_amount(document)} {escape(document.currency)}</td>'
        f"<td>{words.get('short_' + document.status, document.status)}</td>"
        f"<td>{', '.join(words['trouble_' + name] for name in document.troubles)}</td><td>{action}</td></tr>"
    )


def _return_button(words: dict[str, str], payout: Payout, lang: str) -> str:
    return _button("return", payout.ref, words["do_return"], lang) if payout.status == "paid" else ""


def _notices(words: dict[str, str], lang: str, messages: Iterable[Message]) -> str:
    rows = []
    for message in messages:
        told = json.loads(message.body)
        rows.append(
            f"<tr><td>{escape(told['id'])}</td><td>{escape(told['reference'])}</td>"
            f"<td>{escape(told['kind'])} {words.get('short_' + told['status'], escape(told['status']))}</td>"
            f'<td>{words["short_" + message.status]}</td><td class="n">{message.attempts} {escape(message.answer)}</td>'
            f"<td>{_button('again', message.ref, words['do_again'], lang)}</td></tr>"
        )
    return _table(words, "notices", rows)


def _button(do: str, ref: str, label: str, lang: str) -> str:
    return (
        f'<form method="post" action="/desk?lang={lang}"><input type="hidden" name="ref" value="{escape(ref)}">'
        f'<button name="do" value="{do}">{label}</button></form>'
    )


def _table(words: dict[str, str], name: str, rows: Iterable[str]) -> str:
    body = "".join(rows) or f"<tr><td>{words['nothing']}</td></tr>"
    return f'<h2>{words[name]}</h2><div class="scroll"><table><tbody>{body}</tbody></table></div>'


def _page(words: dict[str, str], lang: str, body: str, head: str, *, wide: bool = False) -> str:
    other = "en" if lang == "zh-Hans" else "zh-Hans"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"{head}<title>{words['name']}</title><style>{STYLE}</style></head>"
        f"<body><main{' class=wide' if wide else ''}><header><b>{words['name']}</b>"
        f'<a href="?lang={other}" hreflang="{other}" lang="{other}">{words["other_language"]}</a></header>'
        f"{body}</main></body></html>"
    )
