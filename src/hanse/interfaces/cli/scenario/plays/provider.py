"""Steps in which a payment provider takes part: what is asked of it, and what it tells, as its notices are handled."""

from hanse.integrations.gateways.port import FAILED, SUCCEEDED
from hanse.integrations.gateways.port import Notice as Told
from hanse.interfaces.cli.scenario.script import Notice, OpenPayment, Step
from hanse.interfaces.cli.scenario.stage import Stage, StepFailed
from hanse.interfaces.jobs.gateway import handle
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.queries import to_pay
from hanse.value.payments.models import Payment, ProviderRefund
from hanse.value.payments.operations.start_payment import start_payment

PROVIDER = "sandbox"


def open_payment(stage: Stage, step: Step, action: OpenPayment) -> None:
    """Begin a payment for what an order costs, or for a part of it."""
    (checkout,) = Checkout.objects.select_related("buyer").filter(code__in=stage.checkouts(action.order))
    amount = to_pay([checkout.pk])[checkout.pk] if action.amount is None else action.amount
    stage.payments[action.name] = start_payment(
        key=next(stage.keys(step)), at=stage.now, by=stage.who(step, stage.name_of(checkout.buyer.pk)),
        payer=checkout.buyer.pk, subject=checkout.code, amount=amount, currency=checkout.currency, provider=PROVIDER,
    )  # fmt: skip


def notice(stage: Stage, step: Step, action: Notice) -> None:
    """Let the provider tell something, as if its message had just arrived."""
    payment = Payment.objects.get(code=stage.payments[action.payment])
    if action.says in (SUCCEEDED, FAILED):
        told = [_told(stage, step, action, "payment", payment.code, payment.amount)]
    else:
        refunds = ProviderRefund.objects.filter(payment=payment, status="pending").order_by("pk")
        told = [_told(stage, step, action, "refund", refund.code, refund.amount) for refund in refunds]
    answers = sorted({handle(notice=one, at=stage.now) for one in told}) or ["nothing_to_tell"]
    if action.answer and answers != [action.answer]:
        raise StepFailed(f"the notice came to {', '.join(answers)}, not to {action.answer}")


def _told(stage: Stage, step: Step, action: Notice, kind: str, code: str, amount: int) -> Told:
    said = {"refunded": SUCCEEDED, "not_refunded": FAILED}.get(action.says, action.says)
    request = f"{code}:{action.id}" if action.id else next(stage.keys(step))
    amount = amount if action.amount is None else action.amount
    return Told(PROVIDER, request, kind, said, code, f"ref-{code}", amount, stage.currency, body="")
