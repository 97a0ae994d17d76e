"""Every model of the interfaces floor, gathered from its contexts for Django."""

from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.console.kit.models import Preference
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.web.models import CacheRow
