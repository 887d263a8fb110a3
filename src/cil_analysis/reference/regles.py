"""The counting rules of a year, P1 to P10, and the income thresholds that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import Parametre
from cil_analysis.reference.priorites import colonnes_deduites
from cil_analysis.reference.seuils import valeurs_de

_PREFIXE = "comptage."
_FICHIER = Path(__file__).resolve().parents[1] / "definitions" / "regles.yml"


@dataclass(frozen=True)
class Regles:
    """The counting rules of a year (data/reference/parameters/comptage.yml, P1 to P10) and the income thresholds.

    ``seuils``: Q1, Q2, Q3 in euros per UC and year; None is « à renseigner ». ``delai_anormal_mois``: from how many
    months of waiting the delay is abnormally long, None as well. ``attente_minimale``: the smallest number of requests
    that a curve of waiting may rest on. ``colonnes_deduites``: the columns that rules give, in words.
    """

    p3_mutations: str
    p4_financements_exclus: tuple[str, ...]
    p7_comparaison: str
    p8_ressources_manquantes: str
    seuils: tuple[float | None, ...]
    p1_attribution: str = "signature_bail"
    p6_annee_du_seuil: str = "annee_du_bail"
    p9_perimetre: str = "communes_a_la_date"
    p10_relogement_ru: str = "compte_en_premier_quartile"
    delai_anormal_mois: float | None = None
    attente_minimale: float = 1
    colonnes_deduites: Mapping[str, str] = field(default_factory=dict)

    @property
    def champ_entier(self) -> bool:
        """Whether nothing is left out of the field of the objectives (P3 and P4)."""
        return self.p3_mutations == "incluses" and not self.p4_financements_exclus


# The rules that every count needs; the others came later, and have a default.
_EXIGEES = ("p3_mutations", "p4_financements_exclus", "p7_comparaison", "p8_ressources_manquantes")

# A rule set otherwise for a count, by the name of its parameter (« p3_mutations ») : a choice, or several for P4.
Choix = Mapping[str, object]


def regles_de_comptage(references: References, annee: int, choix: Choix | None = None) -> Regles:
    """The rules in force on 31 December of a year, ``choix`` instead of them where it says so.

    The threshold of a year is that of its own arrêté (P6), or of the year before where the rule says so.
    Raises ErreurCIL for a threshold or a setting that is no number, or a rule without a value.
    """
    jour = date(annee, 12, 31)
    valeurs = {p.nom.removeprefix(_PREFIXE): p.valeur(jour) for p in parametres_des_regles(references).values()}
    for nom in {**dict.fromkeys(_EXIGEES), **valeurs}:
        if valeurs.get(nom) is None:
            raise ErreurCIL(
                f"data/reference/parameters/comptage.yml : la règle « {nom} » n’a pas de valeur pour {annee}. Un "
                "comptage sans règle n’a pas de sens : donnez-lui l’un de ses « choices », ou reprenez-la du même "
                "fichier du logiciel si elle n’y est plus."
            )
    valeurs |= choix or {}
    exclus = valeurs.pop("p4_financements_exclus")
    connues = {nom: str(valeurs[nom]) for nom in Regles.__dataclass_fields__ if nom in valeurs}
    precedente = connues.get("p6_annee_du_seuil") == "annee_precedente"
    return Regles(
        **connues,
        p4_financements_exclus=tuple(str(code) for code in exclus) if isinstance(exclus, tuple | list) else (),
        seuils=valeurs_de(references.seuils, annee - 1 if precedente else annee),
        delai_anormal_mois=_reglage(references, "delai_anormalement_long", jour),
        attente_minimale=_reglage(references, "attente_minimale", jour) or 1,
        colonnes_deduites=colonnes_deduites(references, annee),
    )


def _reglage(references: References, nom: str, jour: date) -> float | None:
    """A setting of the file of requests; a project made before it existed has none."""
    parametre = references.parametres.get(f"fichier_departemental.{nom}")
    valeur = parametre.valeur(jour) if parametre else None
    if valeur is None:
        return None
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        raise ErreurCIL(
            f"data/reference/parameters/fichier_departemental.yml : la valeur « {valeur} » de « {nom} » pour "
            f"{jour.year} n’est pas un nombre. Écrivez-la sans espace ni guillemets, avec un point décimal : 30.5."
        )
    return float(valeur)


@cache
def regles_connues() -> Mapping[str, Any]:
    """What the software can apply of each rule, by the name of its parameter: ``definitions/regles.yml``."""
    return lire_yaml(_FICHIER, "definitions/regles.yml", du_logiciel=True)


def exiger_des_choix_connus(references: References) -> None:
    """Refuse a choice that a project adds to a rule: it would count as the first one. Raises ErreurCIL."""
    for code, parametre in parametres_des_regles(references).items():
        connus = regles_connues().get(parametre.nom.removeprefix(_PREFIXE), {}).get("choix", parametre.choix)
        inconnus = [choix for choix in parametre.choix if choix not in connus]
        if inconnus:
            raise ErreurCIL(
                f"data/reference/parameters/comptage.yml : la règle {code} a le choix « {inconnus[0]} », que le "
                f"logiciel ne sait pas appliquer. Retirez-le de « choices » ; choix connus : {', '.join(connus)}."
            )


def parametres_des_regles(references: References) -> dict[str, Parametre]:
    """The rules by their code: « P3 » → the parameter comptage.p3_mutations."""
    siens = [parametre for nom, parametre in references.parametres.items() if nom.startswith(_PREFIXE)]
    return {parametre.nom.removeprefix(_PREFIXE).split("_")[0].upper(): parametre for parametre in siens}


def alternatives(references: References, regles: Regles) -> dict[str, Choix]:
    """« P3=hors_mutations » → the choice: each rule set otherwise than it is, one at a time.

    A rule of several values (the financings left out, P4) is tried empty.
    """
    trouvees: dict[str, Choix] = {}
    for code, parametre in parametres_des_regles(references).items():
        nom = parametre.nom.removeprefix(_PREFIXE)
        actuel = getattr(regles, nom, None)
        if isinstance(actuel, tuple):
            if actuel:
                trouvees[f"{code}="] = {nom: ()}
        elif actuel is not None:
            trouvees |= {f"{code}={choix}": {nom: str(choix)} for choix in parametre.choix if choix != actuel}
    return trouvees


def lire_choix(references: References, texte: str) -> tuple[str, object]:
    """« P3=hors_mutations » → the name of the parameter and the choice; P4 takes several, separated by commas, or none.

    Raises ErreurCIL naming the rules, or the choices of the rule.
    """
    code, egal, valeur = (morceau.strip() for morceau in texte.partition("="))
    regles = parametres_des_regles(references)
    if not egal or code.upper() not in regles:
        raise ErreurCIL(
            f"La règle « {texte} » n’est pas lisible : écrivez une règle ({', '.join(regles)}), le signe égal et son "
            "choix, par exemple P3=hors_mutations."
        )
    parametre = regles[code.upper()]
    nom = parametre.nom.removeprefix(_PREFIXE)
    plusieurs = any(isinstance(datee.valeur, tuple) for datee in parametre.valeurs)
    choisis = [v.strip() for v in valeur.split(",") if v.strip()] if plusieurs else [valeur]
    inconnus = [v for v in choisis if v not in parametre.choix]
    if inconnus:
        raise ErreurCIL(
            f"La règle {code.upper()} n’a pas de choix « {inconnus[0]} ». Choix possibles : "
            f"{', '.join(str(c) for c in parametre.choix)}."
        )
    return nom, tuple(choisis) if plusieurs else valeur


def regles_en_mots(references: References, jour: date) -> list[tuple[str, str, str, str]]:
    """Each rule as it holds on a day: its code, its question, the choice made (empty: none), where it comes from."""
    lignes = []
    for code, parametre in parametres_des_regles(references).items():
        datee = parametre.au(jour)
        choix = ", ".join(parametre.libelles.get(v, str(v)) for v in (datee.choisies if datee else ()))
        sources = " ; ".join(reference.titre for reference in datee.references) if datee else ""
        lignes.append((code, parametre.description, choix, sources))
    return lignes
