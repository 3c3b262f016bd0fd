"""Forms of response, by name. A new one is a new file and a line here."""

from __future__ import annotations

from models.simulator.forms.form import Form
from models.simulator.forms.log_linear import LogLinear
from models.simulator.forms.logit import Logit
from models.simulator.forms.s_shaped import SShaped
from models.simulator.forms.saturating import Saturating
from models.simulator.forms.stockpiling import Stockpiling
from models.simulator.forms.threshold import Threshold

FORMS: dict[str, Form] = {
    form.name: form
    for form in (LogLinear(), Threshold(), Saturating(), SShaped(), Logit(), Stockpiling())
}

__all__ = ["FORMS", "Form"]
