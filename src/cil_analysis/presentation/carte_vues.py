"""What the interactive map can show: indicators, the years of each, and what is said of every commune in each view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, Indicateur
from cil_analysis.presentation import cartes_classes as cc
from cil_analysis.presentation import cibles
from cil_analysis.presentation.carte_legende import entrees
from cil_analysis.presentation.formats import FINE, RIEN, SECRET_COURT, nombre
from cil_analysis.presentation.lecture import Chiffre
from cil_analysis.presentation.signes import OBJECTIFS, masque

_STATUTS = {
    cc.SECRET: f"{SECRET_COURT} (secret statistique)",
    cc.SANS_PARC: "pas de logement social",
    cc.SANS_QPV: "pas de quartier prioritaire",
    cc.SANS_ATTRIBUTION: "aucune attribution",
    cc.INDISPONIBLE: "non disponible",
}


@dataclass(frozen=True)
class Vue:
    """An indicator in a year: its finding, its subject, its note, its communes."""

    annee: int
    titre: str
    sous_titre: str
    note: str
    communes: Sequence[cc.CommuneCarte]


@dataclass(frozen=True)
class IndicateurCarte:
    """An indicator of the map: its name and group in the list, its classes (the same every year), its views."""

    indicateur: Indicateur
    nom: str
    groupe: str
    legende: str
    a_objectif: bool
    classes: Sequence[cc.Classe]
    vues: Sequence[Vue]

    @property
    def code(self) -> str:
        """The code of the indicator."""
        return self.indicateur.code

    @property
    def champs(self) -> tuple[str, ...]:
        """What is said of a commune, after its name."""
        unite = self.indicateur.unite
        comptes = {NOMBRE: (), MOIS: ("Ménages",)}.get(unite, ("Effectifs",))
        if self.a_objectif:
            return ("Ménages" if unite == NOMBRE else "Part", "Objectif", "Écart", *comptes)
        return ("Valeur", *comptes)

    def valeurs(self, c: cc.CommuneCarte) -> list[str]:
        """What is said of a commune, as published and formatted: the words of ``champs``."""
        dits = {"Objectif": _objectif(c.chiffre), "Écart": _ecart(c.chiffre), "Effectifs": _effectifs(c.chiffre)}
        if self.indicateur.unite == MOIS:
            dits["Ménages"] = SECRET_COURT if c.chiffre.est_secret else nombre(c.chiffre.denominateur)
        return [_valeur(c), *(dits[champ] for champ in self.champs[1:])]


def _valeur(c: cc.CommuneCarte) -> str:
    if c.chiffre.verdict:
        return f"{SECRET_COURT} ({masque(c.chiffre.unite)}{FINE}; {OBJECTIFS[c.chiffre.verdict]})"
    return _STATUTS.get(c.etat, c.chiffre.texte)


def _objectif(c: Chiffre) -> str:
    if c.est_secret:
        return SECRET_COURT if c.resultat else RIEN
    return c.objectif or RIEN


def _ecart(c: Chiffre) -> str:
    if c.est_secret:
        return SECRET_COURT if c.resultat else RIEN
    if c.ecart != c.ecart:
        return RIEN
    resultat = f" ({OBJECTIFS[c.resultat]})" if c.resultat in OBJECTIFS else ""
    return f"{cibles.ecart(c.ecart, c.unite)}{resultat}"


def _effectifs(c: Chiffre) -> str:
    if c.est_secret:
        return SECRET_COURT
    if c.numerateur == c.numerateur and c.denominateur > 0:
        return f"{nombre(c.numerateur)} sur {nombre(c.denominateur)}"
    return RIEN


def en_donnees(indicateur: IndicateurCarte) -> dict[str, Any]:
    """An indicator as the page holds it: only strings that are published and formatted."""
    return {
        "champs": indicateur.champs,
        "titreLegende": indicateur.legende,
        "annees": {
            str(vue.annee): {
                "titre": vue.titre,
                "sousTitre": vue.sous_titre,
                "note": vue.note,
                "legende": [ligne._asdict() for ligne in entrees(_classes(indicateur, vue), vue.communes)],
                "communes": {
                    c.code: {"etat": c.etat, "couleur": c.couleur, "texte": c.texte, "valeurs": indicateur.valeurs(c)}
                    for c in vue.communes
                },
            }
            for vue in indicateur.vues
        },
    }


def _classes(indicateur: IndicateurCarte, vue: Vue) -> Sequence[cc.Classe]:
    """No class is explained where no commune has one."""
    return indicateur.classes if any(c.etat == cc.CLASSE for c in vue.communes) else []
