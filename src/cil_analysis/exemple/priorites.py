"""Made-up rules that say which households of the example are priority ones, or rehoused."""

from __future__ import annotations

from cil_analysis.exemple.objectifs import FICTIF

# Rule, category, whether it makes a relogement, column of the leases, codes.
_REGLES = (
    ("DALO", "DALO", "", "statut_dalo", "ACTIF|ACTREL"),
    ("HEBERGES", "d", "", "logement_actuel", "SH|HOT|RS"),
    ("SANS-LOGEMENT", "k", "", "logement_actuel", "SD|SQUAT|CAMCAR"),
    ("EXPULSION", "l", "", "motif_demande", "05"),
    ("A-RELOGER", "", "oui", "listes", "RU"),
)


def regles_fictives() -> list[dict[str, object]]:
    """The rows of priorites.csv."""
    return [
        {"regle": regle, "categorie": categorie, "relogement_ru": reloge, "colonne": colonne, "valeurs": valeurs,
         "source": FICTIF, "confiance": "FICTIF"}
        for regle, categorie, reloge, colonne, valeurs in _REGLES
    ]  # fmt: skip
