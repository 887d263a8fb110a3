"""What each table of data/reference holds, as ``definitions/tables.yml`` declares it: one block a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.reference.parametres import CONFIANCES

_FICHIER = Path(__file__).resolve().parents[1] / "definitions" / "tables.yml"


@dataclass(frozen=True)
class Champ:
    """A column of a table. The file that declares it says what each key means; « oui » is true, blank is false."""

    nom: str
    type: str = "texte"
    obligatoire: str = ""
    obligatoire_si: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facultative: str = ""
    valeurs: tuple[str, ...] = ()
    liste: str = ""
    renvoi: str = ""
    plusieurs: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimales: int | None = None
    aide: str = ""


@dataclass(frozen=True)
class Schema:
    """A table. ``nom``: its file below data/reference, without « .csv »; ``colonnes``: in the order of its header."""

    nom: str
    une_ligne: str
    colonnes: Mapping[str, Champ]
    facultative: str = ""
    cle: tuple[str, ...] = ()
    periode: tuple[str, ...] = ()
    sans_chevauchement: tuple[str, ...] = ()
    ordre: tuple[str, ...] = ()
    total: Mapping[str, Any] = field(default_factory=dict)
    une_valeur: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refus: Sequence[Mapping[str, str]] = ()
    sans_source: str = ""
    chiffres: Mapping[str, int] = field(default_factory=dict)

    @property
    def exigees(self) -> list[str]:
        """The columns that the file must have."""
        return [nom for nom, champ in self.colonnes.items() if not champ.facultative]


def en_tete(nom: str) -> list[str]:
    """The header of the file of a table."""
    return list(schemas()[nom].colonnes)


@cache
def schemas() -> Mapping[str, Schema]:
    """Every table by name; « nomenclatures/* » stands for all those of its folder."""
    declares: Mapping[str, Any] = lire_yaml(_FICHIER, "definitions/tables.yml", du_logiciel=True)
    return {nom: _schema(nom, declare) for nom, declare in declares.items()}


def _schema(nom: str, declare: Mapping[str, Any]) -> Schema:
    colonnes = declare["colonnes"]
    if "sans_source" not in declare:
        colonnes = colonnes | {
            "source": {"obligatoire": "oui", "aide": "d’où elle vient"} | colonnes.get("source", {}),
            "confiance": {"valeurs": CONFIANCES, "aide": "C (lu), L (probable), NF (non trouvé)"},
        }
    champs = {str(cle): Champ(str(cle), **valeur) for cle, valeur in colonnes.items()}
    return Schema(nom, **{**declare, "colonnes": champs})
