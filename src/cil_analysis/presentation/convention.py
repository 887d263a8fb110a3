"""What has changed since the convention began: demand, allocations, and the objectives of the EPCI."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, PCT
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.comparaison_epci import signer
from cil_analysis.presentation.formats import RIEN, points, valeur
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.ruptures import PERIMETRE, ruptures
from cil_analysis.presentation.sentences import evolution, evolution_points
from cil_analysis.presentation.tables import tableau_libre
from cil_analysis.reference.texte import enumerer, typographie

# What each is called in the sentence, where the verb is « est » or « sont ».
_SUJETS = {
    "V01": "les attributions sont",
    "V02": "les demandes actives sont",
    "V03": "le nombre de demandes pour une attribution est",
    "O01": "la part du premier quartile hors quartier prioritaire est",
    "O02": "celle des autres quartiles en quartier prioritaire est",
    "O04": "celle des ménages prioritaires est",
}
_SANS_O01 = {
    "O02": "la part des autres quartiles en quartier prioritaire est",
    "O04": "la part des ménages prioritaires est",
}


@dataclass(frozen=True)
class Evolution:
    """A figure of the EPCI at both ends; ``constante``: of the end, at constant perimeter, when it is published."""

    code: str
    titre: str
    unite: str
    debut: float
    fin: float
    constante: float | None

    def en_mots(self) -> str:
        """« en hausse de 3,2 % », « en baisse de 1,2 point », « stable »."""
        comparer = evolution_points if self.unite == PCT else evolution
        return comparer(self.debut, self.fin)

    def ecart(self, fin: float | None) -> str:
        """The change as a column writes it."""
        if fin is None:
            return RIEN
        if self.unite == PCT:
            return points(round(fin, 1) - round(self.debut, 1))
        return f"{signer(100 * (fin - self.debut) / self.debut)}\u202f%" if self.debut else RIEN


def premiere_annee(rapport: Rapport) -> int:
    """The first year that has data since the convention in force began."""
    debut = rapport.references.debut_de_la_convention(rapport.annee)
    return min(a for a in rapport.annees if a >= min(debut, rapport.annee))


def evolutions(rapport: Rapport) -> list[Evolution]:
    """What is published at both ends."""
    debut, trouvees = premiere_annee(rapport), []
    for code in _SUJETS:
        if code not in rapport.publication:
            continue
        avant, apres = rapport.chiffre(code, debut), rapport.chiffre(code)
        if avant is not None and apres is not None:
            indicateur = rapport.publication[code].indicateur
            stable = rapport.epci(code, annee=rapport.annee, perimetre_type=EPCI_CONSTANT, statut=PUBLIE).ligne()
            constante = None if stable is None else float(stable["valeur"])
            trouvees.append(Evolution(code, indicateur.titre, indicateur.unite, avant, apres, constante))
    return trouvees


def phrase_de_la_convention(rapport: Rapport, codes: Collection[str] = _SUJETS) -> str:
    """The change of the figures of ``codes`` since the convention began, shares apart; nothing in its first year."""
    debut, liste = premiere_annee(rapport), [e for e in evolutions(rapport) if e.code in codes]
    if debut == rapport.annee or not liste:
        return ""
    origine = rapport.references.debut_de_la_convention(rapport.annee)
    quand = "première année de la convention"
    if debut != origine:
        quand = f"première année connue de la convention commencée en {origine}"
    sujets = _SUJETS if any(e.code == "O01" for e in liste) else _SUJETS | _SANS_O01
    faits = [
        [f"{sujets[e.code]} {_accorder(e)}" for e in liste if e.en_mots() and (e.unite == PCT) == parts]
        for parts in (False, True)
    ]
    phrases = [enumerer(groupe) for groupe in faits if groupe]
    if not phrases:
        return ""
    phrases[0] = f"Depuis {debut}, {quand}, {phrases[0]}"
    return typographie(" ".join(f"{p[0].upper()}{p[1:]}." for p in phrases))


def _accorder(e: Evolution) -> str:
    return "stables" if e.en_mots() == "stable" and e.code in ("V01", "V02") else e.en_mots()


def constat_de_l_evolution(rapport: Rapport) -> str:
    """The change since the convention began, or why there is none to tell."""
    if premiere_annee(rapport) == rapport.annee:
        return f"{rapport.annee} est la première année connue de la convention : il n’y a pas encore d’évolution."
    return phrase_de_la_convention(rapport) or "Aucun chiffre n’est publié aux deux bouts de la période."


def depuis_la_convention(rapport: Rapport) -> Bloc:
    """Each figure at both ends, in a table; nothing in the first year of the convention."""
    if not phrase_de_la_convention(rapport):
        return Bloc("")
    debut, liste = premiere_annee(rapport), evolutions(rapport)
    change = any(r.genre == PERIMETRE for r in ruptures(rapport.references, (debut, rapport.annee)))
    entetes = ["Indicateur", str(debut), str(rapport.annee), "Évolution"]
    lignes = [
        [typographie(e.titre.partition(", par ")[0]), valeur(e.debut, e.unite), valeur(e.fin, e.unite), e.ecart(e.fin)]
        for e in liste
    ]
    if change and any(e.constante is not None for e in liste):
        entetes.append("À périmètre constant")
        lignes = [[*ligne, e.ecart(e.constante)] for ligne, e in zip(lignes, liste, strict=True)]
    tableau = tableau_libre(f"Évolution depuis {debut}, {rapport.projet.epci_nom_court}", entetes, lignes, [])
    return Bloc(f'<div id="depuis-la-convention">{tableau}</div>')
