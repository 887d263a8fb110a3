"""Deux indicateurs rangés dans les classes qu’ils ont en commun, pour se comparer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.rapport.chiffre import VALEUR, Chiffre
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.table import Table
from cil_analysis.secret.table_publiee import PublishedTable


@dataclass(frozen=True)
class TableReunie(Table):
    """Des parts d’un même tout, réunies en classes plus larges. ``classes``: code → the class that takes it."""

    classes: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Chiffre]:
        groupes: dict[str, list[Chiffre]] = {}
        for c in super().__iter__():
            groupes.setdefault(self.classes[c.cle[-1]], []).append(c)
        for classe, siens in groupes.items():
            nom = self._nom("classe", NON_RENSEIGNE) if classe == NON_RENSEIGNE else classe
            yield Chiffre((*siens[0].cle[:-1], classe), (*siens[0].noms[:-1], nom), _somme(siens), self.terme_lu)

    @property
    def publiee(self) -> PublishedTable:
        """The rows, as published, of the classes that are kept."""
        return super().publiee.ou(modalite=list(self.classes))


def en_classes_communes(un: Chiffres, autre: Chiffres) -> tuple[TableReunie, TableReunie]:
    """Deux indicateurs coupés par classe, dans les classes que les deux définissent.

    A class is the « groupe » of a nomenclature, or else its label. A class that holds a masked figure is masked.
    """
    lues = [_classes(chiffres) for chiffres in (un, autre)]
    communes = set(lues[0].values()) & set(lues[1].values())
    reunies = [
        TableReunie(
            **{f.name: getattr(chiffres, f.name) for f in fields(Chiffres)},
            classes={code: classe for code, classe in siennes.items() if classe in communes},
        )
        for chiffres, siennes in zip((un, autre), lues, strict=True)
    ]
    return reunies[0], reunies[1]


def _classes(chiffres: Chiffres) -> dict[str, str]:
    """Code → class, of the codes that have a figure."""
    liste = chiffres.rapport.references.nomenclatures[chiffres.indicateur.modalites]
    codes = [c.cle[-1] for c in chiffres]
    return {c: c if c == NON_RENSEIGNE else liste.groupe(c) or liste.libelle(c) for c in codes}


def _somme(chiffres: Sequence[Chiffre]) -> Mapping[str, object]:
    """The row of several parts of one whole: their sum, or the first that has no number, masked ones before."""
    absents = sorted((c for c in chiffres if not c.est_publie), key=lambda c: not c.est_secret)
    if absents:
        return absents[0].ligne
    sommes = {terme: sum(c.lire(terme) for c in chiffres) for terme in ("numerateur", VALEUR)}
    return {**chiffres[0].ligne, **sommes}
