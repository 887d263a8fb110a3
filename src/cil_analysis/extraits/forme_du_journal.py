"""What the journal of an import always holds: a file that somebody has cut or edited is told from one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COMPTES = ("lues", "conservees", "rejetees", "doublons", "hors_perimetre", "ignorees")
_NOMBRES: Mapping[Any, Any] = {...: int}
# What an account always holds (journal.etablir), with its types; « ... »: under any name.
JOURNAL: Mapping[Any, Any] = {
    "extrait": str,
    "extraits": [str],
    "annee": int,
    "importe_le": str,
    "fichiers": [{"nom": str, "sha256": str}],
    "listes": {...: {"fichiers": [{"nom": str, "sha256": str}], "comptes": _NOMBRES, "trouves": int}},
    "comptes": dict.fromkeys(_COMPTES, int),
    "motifs": dict.fromkeys(_COMPTES[2:], _NOMBRES),
    "constats": _NOMBRES,
    "anomalies": int,
    "colonnes": {"reconnues": list, "entetes": dict, ...: list},
    "manquants": _NOMBRES,
}


def est_conforme(valeur: Any, modele: Any) -> bool:
    """Whether a value has the types of a model; what the model does not name may be there."""
    if isinstance(modele, type):
        return type(valeur) is modele and (not isinstance(valeur, int) or valeur >= 0)
    if isinstance(modele, list):
        return isinstance(valeur, list) and all(est_conforme(element, modele[0]) for element in valeur)
    if not isinstance(valeur, dict) or not set(modele) - {...} <= valeur.keys():
        return False
    autres = modele.get(...)
    return all(est_conforme(v, modele.get(nom, autres)) for nom, v in valeur.items() if nom in modele or autres)
