"""What other choices of the counting rules would make of an objective, beside the rules in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.comptage.cibles import choisir
from cil_analysis.disclosure.published import LignePubliee
from cil_analysis.grammaire.vocabulaire import SENSIBILITE
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.comparaison_epci import signer
from cil_analysis.presentation.definitions import definitions
from cil_analysis.presentation.formats import RIEN, accorder, echapper, nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.suivi import cible_de
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.bornes import Bornes
from cil_analysis.reference.texte import enumerer, typographie

EN_VIGUEUR = "Règles en vigueur"


@dataclass(frozen=True)
class Sensibilite:
    """An objective of the EPCI in a year: its figure, and each other choice of a rule with the figure it would give.

    ``objectif``: the row of objectifs.csv that is followed, None without one.
    """

    base: LignePubliee
    autres: tuple[tuple[str, LignePubliee], ...]
    objectif: Mapping[Any, Any] | None

    @property
    def sans_effet(self) -> list[str]:
        """The published choices that give the very same counts."""
        return [nom for nom, ligne in self.autres if self._identique(ligne)]

    @property
    def montrees(self) -> list[tuple[str, LignePubliee]]:
        """The choices that change something, or that are masked or missing."""
        return [(nom, ligne) for nom, ligne in self.autres if not self._identique(ligne)]

    def _identique(self, ligne: LignePubliee) -> bool:
        termes = ["numerateur", "denominateur"]
        publies = ligne["statut"] == PUBLIE and self.base["statut"] == PUBLIE
        return bool(publies and all(ligne[terme] == self.base[terme] for terme in termes))

    def tenu(self, ligne: LignePubliee) -> bool | None:
        """Whether the objective holds with a published figure."""
        if self.objectif is None or ligne["statut"] != PUBLIE:
            return None
        return Bornes.de(self.objectif).tenu(int(ligne["numerateur"]), int(ligne["denominateur"]))


def lire_sensibilite(rapport: Rapport, code: str) -> Sensibilite | None:
    """The sensitivity of an indicator in the year of the report; None when there is nothing to compare."""
    base = rapport.epci(code, annee=rapport.annee)
    ligne = base.ligne()
    if ligne is None or ligne["statut"] not in (PUBLIE, SECRET) or code + SENSIBILITE not in rapport.publication:
        return None
    table, libelles = rapport.publication[code + SENSIBILITE], rapport.modalites(code + SENSIBILITE)
    lignes = table.ou(annee=rapport.annee).lignes()
    autres = tuple((libelles.get(str(a["modalite"]), str(a["modalite"])), a) for a in lignes)
    return Sensibilite(ligne, autres, choisir(base.donnees, rapport.references.objectifs)[0]) if autres else None


def sensibilite(rapport: Rapport, code: str) -> Bloc:
    """The sentence on whether the result would change, and the table of every other choice."""
    lue = lire_sensibilite(rapport, code)
    if lue is None:
        return Bloc("")
    table = rapport.publication[code + SENSIBILITE]
    legende = f"{rapport.publication[code].indicateur.titre} : avec d’autres règles de comptage, {rapport.annee}"
    entetes = ["Choix", "Ménages concernés", "Ensemble", "Part", "Écart aux règles en vigueur, en points"]
    lignes = [_ligne(EN_VIGUEUR, lue.base, None), *(_ligne(nom, x, lue.base) for nom, x in lue.montrees)]
    phrases = [constat_de_sensibilite(lue), _sans_effet(lue.sans_effet)]
    corps = "".join(f"<p>{echapper(phrase)}</p>" for phrase in phrases if phrase)
    tableau = tableau_libre(legende, entetes, lignes, [])
    widget = definitions([table.indicateur], typographie(legende))
    return Bloc(f'<div id="sensibilite-{code.lower()}">{corps}{tableau}{widget}</div>')


def _ligne(nom: str, ligne: LignePubliee, base: LignePubliee | None) -> list[str | Cellule]:
    cellules: list[str | Cellule] = [typographie(nom)]
    for colonne in ("numerateur", "denominateur", "valeur"):
        absence = signe(ligne, colonne)
        ecrit = pourcentage(ligne[colonne]) if colonne == "valeur" else nombre(ligne[colonne])
        cellules.append(Cellule(absence or ecrit, {"s": "secret", "": ""}.get(absence, "absent")))
    if base is None:
        return [*cellules, RIEN]
    absence = signe(ligne, "valeur") or signe(base, "valeur")
    if absence:
        return [*cellules, Cellule(absence, "secret" if absence == "s" else "absent")]
    return [*cellules, signer(round(float(ligne["valeur"]), 1) - round(float(base["valeur"]), 1))]


def _sans_effet(noms: Sequence[str]) -> str:
    if not noms:
        return ""
    verbe = "ne changerait rien" if len(noms) == 1 else "ne changeraient rien"
    return typographie(f"{accorder(len(noms), 'autre choix', 'autres choix')} {verbe} : {enumerer(noms)}.")


def constat_de_sensibilite(lue: Sensibilite) -> str:
    """Whether the result of the objective would change under any of the published choices."""
    tenu = lue.tenu(lue.base)
    if tenu is None or lue.objectif is None:
        return ""
    resultats = [(nom, ligne, lue.tenu(ligne)) for nom, ligne in lue.autres]
    connus = [(nom, ligne, resultat) for nom, ligne, resultat in resultats if resultat is not None]
    if not connus:
        return ""
    etat = "est atteint" if tenu else "n’est pas atteint"
    debut = f"Avec les règles en vigueur, l’objectif ({cible_de(lue.objectif)}) {etat}"
    contraires = [f"{nom} ({pourcentage(ligne['valeur'])})" for nom, ligne, resultat in connus if resultat != tenu]
    if contraires:
        suite = "ne le serait plus" if tenu else "le serait"
        return typographie(f"{debut} ; il {suite} avec {enumerer(contraires)}.")
    suite = "le serait aussi" if tenu else "ne le serait pas non plus"
    avec = "le seul autre choix publié"
    if len(connus) > 1:
        suite = "le serait aussi" if tenu else "ne le serait"
        avec = f"{'chacun' if tenu else 'aucun'} des {len(connus)} autres choix publiés"
    return typographie(f"{debut} ; il {suite} avec {avec}.")
