"""Every model of the network floor, gathered from its contexts for Django."""

from hanse.network.access.models import ApiKey, Invitation, Membership, User
from hanse.network.approvals.models import Approval
from hanse.network.parties.models import (
    Link,
    Particulars,
    Party,
    Qualification,
    TermsChange,
)
from hanse.network.webhooks.models import Attempt, Delivery, Endpoint
