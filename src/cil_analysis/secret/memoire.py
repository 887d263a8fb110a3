"""The choices already found: the same figures, protected by the same code, are not worked on again.

A choice says which rows are masked, as the published files do, and nothing of what they hide.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from cil_analysis.empreintes import condenser, empreinte_du_code
from cil_analysis.fichiers import DROITS, remplacer
from cil_analysis.secret.preuve.probleme import Choix, Probleme
from cil_analysis.secret.preuve.suppression import choisir_avec_des_zeros
from cil_analysis.secret.relations.cases import cle_de

# Several bilans of several years, before and after a correction; older ones are found again.
_GARDES = 100


@dataclass(frozen=True)
class Memoire:
    """A folder with one file a choice, named by the fingerprint of the problem and of the code that solves it."""

    dossier: Path

    def choisir(self, probleme: Probleme) -> Choix:
        """The rows to mask, remembered or looked for. Raises Indeductible."""
        fichier = self._fichier(probleme)
        choix = _relire(fichier, probleme)
        if choix is None:
            choix = choisir_avec_des_zeros(probleme)
            with suppress(OSError):  # A folder that cannot be written to is no reason to fail.
                self._ecrire(fichier, choix)
        return choix

    def retrouver(self, probleme: Probleme) -> Choix | None:
        """The rows to mask, when they are remembered; None where their file is missing or spoilt."""
        return _relire(self._fichier(probleme), probleme)

    def _fichier(self, probleme: Probleme) -> Path:
        return self.dossier / f"{empreinte(probleme)}.json"

    def _ecrire(self, fichier: Path, choix: Choix) -> None:
        self.dossier.mkdir(parents=True, exist_ok=True)
        remplacer(fichier, json.dumps(sorted(choix.lignes)).encode(), droits=DROITS)
        for ancien in sorted(self.dossier.glob("*.json"), key=lambda f: f.stat().st_mtime, reverse=True)[_GARDES:]:
            ancien.unlink(missing_ok=True)


def _relire(fichier: Path, probleme: Probleme) -> Choix | None:
    try:
        lues = json.loads(fichier.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(lues, list) or not all(type(rang) is int for rang in lues):
        return None
    lignes = frozenset(lues)
    convient = probleme.masquees <= lignes <= frozenset(range(len(probleme.lignes)))
    return probleme.choix(lignes) if convient else None


def empreinte(p: Probleme) -> str:
    """The fingerprint of all that a choice depends on."""
    ensembles = (p.secretes, p.fixes, p.restes, p.presentes, p.denominateurs)
    nommees = {*chain(*p.lignes), *p.seuils, *chain(*ensembles), *p.cases}
    # Each case is said once, and is then its rank.
    rangs = {case: rang for rang, case in enumerate(sorted(nommees, key=cle_de))}
    dit = (
        _code(),
        [case.cle for case in rangs],
        [[rangs[case] for case in cases] for cases in p.lignes],
        list(p.couts),
        sorted((rangs[case], valeur) for case, valeur in p.valeurs.items()),
        [(rangs[r.total], [rangs[partie] for partie in r.parties]) for r in p.relations],
        [([(rangs[case], poids) for case, poids in i.termes], i.minimum) for i in p.inegalites],
        [sorted(rangs[case] for case in cases) for cases in ensembles],
        sorted(p.masquees),
        sorted((rangs[case], seuil) for case, seuil in p.seuils.items()),
        p.seuil,
        p.largeur,
    )
    return condenser(repr(dit))


@cache
def _code() -> str:
    """The fingerprint of the code that chooses, and of what proves beside it."""
    return condenser(version("highspy"), empreinte_du_code("secret/preuve"))
