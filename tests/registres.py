"""What the software counts in every project, for the tests that have no project."""

from __future__ import annotations

from cil_analysis.grammaire.registre import registre_du_logiciel

_LOGICIEL = registre_du_logiciel()
THEMES, PAR_CODE = _LOGICIEL.themes, _LOGICIEL.par_code
INDICATEURS, DU_BILAN = _LOGICIEL.indicateurs, _LOGICIEL.du_bilan
