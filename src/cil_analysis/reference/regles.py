"""The rules of a year: how to count (P1 to P10, with the income thresholds), and who is a priority household.

data/reference/parameters/comptage.yml and data/reference/priorites.csv.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.colonnes import DIT_OUI, LISTES_DU_MENAGE, Dictionnaire, valeur_inconnue
from cil_analysis.reference.lecture import Tables, exiger_hors_refus, morceaux, refuser_la_premiere
from cil_analysis.reference.parametres import Parametre
from cil_analysis.reference.seuils import valeurs_de

if TYPE_CHECKING:
    from cil_analysis.reference.ensemble import References

_PREFIXE = "comptage."


@dataclass(frozen=True)
class Regles:
    """The counting rules of a year (data/reference/parameters/comptage.yml, P1 to P10) and the income thresholds.

    ``seuils``: Q1, Q2, Q3 in euros per UC and year; None is « à renseigner ». ``delai_anormal_mois``: from how many
    months of waiting the delay is abnormally long, None as well. ``attente_minimale``: the smallest number of requests
    that a curve of waiting may rest on, or tell the housing of. ``colonnes_deduites``: what rules give, in words.
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


# What the software can apply of each rule, by the name of its parameter.
REGLES_CONNUES: Mapping[str, Any] = lire_du_logiciel("definitions/regles.yml")
# The rules that every count needs; the others came later, and have a default.
_EXIGEES = ("p3_mutations", "p4_financements_exclus", "p7_comparaison", "p8_ressources_manquantes")

# A rule set otherwise for a count, by the name of its parameter (« p3_mutations ») : a choice, or several for P4.
Choix = Mapping[str, object]


def regles_de_comptage(references: References, annee: int, choix: Choix | None = None) -> Regles:
    """The rules in force on 31 December of a year, ``choix`` instead of them where it says so.

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
        delai_anormal_mois=references.parametres.lire("fichier_departemental.delai_anormalement_long", jour),
        attente_minimale=references.parametres.lire("fichier_departemental.attente_minimale", jour),
        colonnes_deduites=colonnes_deduites(references, annee),
    )


def exiger_des_choix_connus(references: References) -> None:
    """Refuse a choice that a project adds to a rule: it would count as the first one. Raises ErreurCIL."""
    for code, parametre in parametres_des_regles(references).items():
        connus = REGLES_CONNUES.get(parametre.nom.removeprefix(_PREFIXE), {}).get("choix", parametre.choix)
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
    """« P3=hors_mutations » → the choice: each rule set otherwise, one at a time; one of several is emptied."""
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
    """« P3=hors_mutations » → the name of the parameter and the choice; P4 takes several, by commas, or none."""
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
    """Chaque règle en vigueur un jour : son code, sa question, le choix fait (vide : aucun), d’où il vient."""
    lignes = []
    for code, parametre in parametres_des_regles(references).items():
        datee = parametre.au(jour)
        choix = ", ".join(parametre.libelles.get(v, str(v)) for v in (datee.choisies if datee else ()))
        sources = " ; ".join(reference.titre for reference in datee.references) if datee else ""
        lignes.append((code, parametre.description, choix, sources))
    return lignes


# --- Who is a priority household, and whose word counts (priorites.csv) -----------------------------------------------

PRIORITES = "priorites"
DONNEES, DEDUITES = "donnees", "deduites"
# The columns of the leases that rules may give, and the parameter that says whose word counts.
CATEGORIES, RELOGEMENTS = "categories_prioritaires", "est_relogement_ru"
PARAMETRES: Mapping[str, str] = {
    CATEGORIES: "priorites.source_des_priorites",
    RELOGEMENTS: "priorites.source_des_relogements_ru",
}


@dataclass(frozen=True)
class RegleDePriorite:
    """A rule: who has one of ``valeurs`` (codes, or « oui » or « non ») in ``colonne`` is of ``categorie``.

    ``du``, ``au``: the days of the leases that it is about, NaT without a bound; ``ligne``: its line in the file.
    ``reloge``: whether it also makes a relogement of renouvellement urbain; the category is then empty where it gives
    none.
    """

    code: str
    categorie: str
    colonne: str
    valeurs: tuple[str, ...]
    du: pd.Timestamp
    au: pd.Timestamp
    source: str
    ligne: int
    reloge: bool = False

    def vaut_en(self, annee: int) -> bool:
        """Whether a lease of a year may be under it."""
        return not (self.du > pd.Timestamp(annee, 12, 31) or self.au < pd.Timestamp(annee, 1, 1))

    def donne(self, colonne: str) -> bool:
        """Whether it says something of a column of the leases, one of ``PARAMETRES``."""
        return self.reloge if colonne == RELOGEMENTS else bool(self.categorie)


def charger_priorites(tables: Tables, attributions: Dictionnaire) -> tuple[RegleDePriorite, ...]:
    """The rules in file order. Raises ErreurCIL for a column that leases do not keep, or a value it cannot have."""
    table, chemin = tables[PRIORITES], tables.chemin(PRIORITES)
    lisibles = {
        nom: colonne
        for nom, colonne in attributions.colonnes.items()
        if nom == LISTES_DU_MENAGE or (colonne.conservation == "gardee" and colonne.type in ("code", "oui_non"))
    }
    a_lire = table.assign(lisible=table["colonne"].isin(lisibles), possibles=", ".join(lisibles))
    exiger_hors_refus(a_lire, PRIORITES, chemin)
    conditions = table[["valeurs", "colonne"]].itertuples(name=None)
    fautes = ((n, valeur_inconnue(morceaux(v), lisibles[nom], tables.nomenclatures)) for n, v, nom in conditions)
    refuser_la_premiere(fautes, chemin)
    return tuple(
        RegleDePriorite(
            dite["regle"], dite["categorie"], dite["colonne"], morceaux(dite["valeurs"]),
            dite["valide_du"], dite["valide_au"], dite["source"], ligne, dite["relogement_ru"] == DIT_OUI,
        )
        for ligne, dite in zip(table.index, table.to_dict("records"), strict=True)
    )  # fmt: skip


def regles_qui_donnent(references: References, colonne: str, annee: int) -> list[RegleDePriorite]:
    """Les règles d’une année qui disent quelque chose d’une colonne, l’une de ``PARAMETRES``."""
    return [regle for regle in references.priorites if regle.vaut_en(annee) and regle.donne(colonne)]


def source_de(references: References, colonne: str, annee: int) -> str:
    """Who says on 31 December of a year what is in a column: the file, where no rule is in force."""
    if not regles_qui_donnent(references, colonne, annee):
        return DONNEES
    return str(references.parametres[PARAMETRES[colonne]].valeur(date(annee, 12, 31)) or DONNEES)


def source_en_mots(references: References, colonne: str, annee: int) -> str:
    """Qui dit ce qu’il y a dans une colonne au 31 décembre d’une année, dans les mots du paramètre."""
    source = source_de(references, colonne, annee)
    return str(references.parametres[PARAMETRES[colonne]].libelles.get(source, source))


def colonnes_deduites(references: References, annee: int) -> dict[str, str]:
    """The columns of the leases of a year that rules give, and not the file alone: what they hold, in words."""
    deduites = {}
    for colonne in PARAMETRES:
        if source_de(references, colonne, annee) != DONNEES:
            regles = ", ".join(regle.code for regle in regles_qui_donnent(references, colonne, annee))
            deduites[colonne] = f"{source_en_mots(references, colonne, annee)} ({regles})"
    return deduites


def condition_en_mots(regle: RegleDePriorite, references: References) -> str:
    """La condition d’une règle : « Logement actuel : Squat ou Hôtel »."""
    colonne = references.dictionnaires["attributions"].colonnes[regle.colonne]
    libelles = references.nomenclatures[colonne.nomenclature].libelles() if colonne.nomenclature else {}
    return f"{colonne.libelle} : {' ou '.join(libelles.get(valeur, valeur) for valeur in regle.valeurs)}"


def ce_qu_elle_donne(regle: RegleDePriorite, references: References) -> str:
    """Ce qu’une règle fait d’un ménage : sa catégorie, « relogement », ou les deux, en mots."""
    reloge = references.dictionnaires["attributions"].colonnes[RELOGEMENTS].libelle if regle.reloge else ""
    categorie = references.nomenclatures[CATEGORIES].libelles().get(regle.categorie, "")
    return " ; ".join(filter(None, (categorie, reloge)))
