"""Every model of the network floor, gathered from its contexts for Django."""

from hanse.network.access.models import ApiKey, Invitation, Membership, User
from hanse.network.approvals.models import Approval, Requirement
from hanse.network.licences.models import Renewal
from hanse.network.notices.models import Notice, NoticeMail
from hanse.network.parties.models import (
    Link,
    Paper,
    Particulars,
    Party,
    Qualification,
    TermsChange,
)
from hanse.network.webhooks.models import Attempt, Delivery, Endpoint
