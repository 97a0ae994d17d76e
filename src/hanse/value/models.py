"""Every model of the value floor, gathered from its contexts for Django."""

from hanse.value.books.models import Account, Entry, Snapshot, Transfer
from hanse.value.payments.models import Notice, Payment, ProviderRefund
from hanse.value.settlement.models import Payout, Statement
