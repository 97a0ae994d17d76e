"""Every model of the network floor, gathered from its contexts for Django."""

from hanse.network.access.models import Membership, User
from hanse.network.parties.models import Link, Party, TermsChange
