"""lme4 and bayesm, run by R where it is installed: `apt-get install r-cran-lme4 r-cran-bayesm`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.demand.mixed_linear import SEASON
from benchmarks.demand.regressors import Regressors, expected_units, log_units
from models.base_price import RegularPrices
from models.panel import Panel

Floats = NDArray[np.float64]

# Both read d.csv (series, y, columns) and write b.csv: a row of coefficients and s^2 per series.
LME4 = """
suppressMessages(library(lme4))
d <- read.csv("d.csv"); fixed <- scan("fixed.txt", what="", quiet=TRUE)
random <- scan("random.txt", what="", quiet=TRUE)
formula <- as.formula(paste("y ~ 0 +", paste(fixed, collapse=" + "), "+ (0 +",
                            paste(random, collapse=" + "), "|| series)"))
m <- lmer(formula, d, control=lmerControl(calc.derivs=FALSE, check.conv.singular="ignore"))
b <- coef(m)$series[, fixed]
write.csv(cbind(series=rownames(b), b, s2=sigma(m)^2), "b.csv", row.names=FALSE)
"""
BAYESM = """
suppressMessages(library(bayesm)); set.seed(1)
d <- read.csv("d.csv"); fixed <- scan("fixed.txt", what="", quiet=TRUE)
parts <- split(d, d$series)
data <- lapply(parts, function(p) list(y=p$y, X=as.matrix(p[, fixed])))
sink("/dev/null")
m <- rhierLinearModel(Data=list(regdata=data), Mcmc=list(R=2000, keep=1, nprint=0))
sink()
b <- apply(m$betadraw[, , 501:2000], c(1, 2), mean); colnames(b) <- fixed
s2 <- colMeans(m$taudraw[501:2000, ])
write.csv(cbind(series=names(parts), as.data.frame(b), s2=s2), "b.csv", row.names=FALSE)
"""
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def missing(package: str) -> str | None:
    """Why a package of R cannot be run here, None where it can."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    asked = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
    found = subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False)
    return None if found.returncode == 0 else f"R has no package {package}"


def lme4(panel: Panel, regular: RegularPrices) -> Floats:
    """Expected units (N, T) of lmer: uncorrelated random slopes of every series, REML."""
    return _run(LME4, panel, regular)


def bayesm(panel: Panel, regular: RegularPrices) -> Floats:
    """Expected units (N, T) of rhierLinearModel with its default priors, 2,000 draws."""
    return _run(BAYESM, panel, regular)


def _run(program: str, panel: Panel, regular: RegularPrices) -> Floats:
    design = Regressors.of(panel, regular)
    random = [name for name in design.names if name not in SEASON]
    frame = pd.DataFrame(design.x[panel.used], columns=list(design.names))
    frame.insert(0, "series", np.nonzero(panel.used)[0])
    frame["y"] = log_units(panel)[panel.used]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame.to_csv(folder / "d.csv", index=False)
        (folder / "fixed.txt").write_text("\n".join(design.names), encoding="utf-8")
        (folder / "random.txt").write_text("\n".join(random), encoding="utf-8")
        (folder / "run.R").write_text(program, encoding="utf-8")
        subprocess.run(
            ["Rscript", "--vanilla", "run.R"],
            cwd=folder,
            env=os.environ | THREADS,
            check=True,
            capture_output=True,
        )
        found = pd.read_csv(folder / "b.csv").set_index("series")
    found = found.reindex(np.arange(panel.series))
    found = found.fillna(found.mean())
    coefficients = found[list(design.names)].to_numpy(dtype=np.float64)
    log_mean = np.einsum("ntk,nk->nt", design.x, coefficients)
    return expected_units(panel, log_mean, found["s2"].to_numpy(dtype=np.float64))
