"""The chapter on the households housed, beside the applicants: P01 to P08."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation import charts, sentences_menages
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES, avec_chiffres, descriptions, dessinees, illustration, precision
from cil_analysis.presentation.figures import a_des_chiffres
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau_croise


def introduction_des_menages(rapport: Rapport) -> Bloc:
    """Who is compared with whom."""
    phrase = "Ménages logés dans l’année"
    return precision(phrase + (", comparés aux demandeurs actifs au 31 décembre." if rapport.a_demandes else "."))


def precaution(rapport: Rapport, code: str) -> Bloc:
    """How to read a sensitive variable, where it is published."""
    sensibles = rapport.publication.regles.variables_sensibles
    if rapport.publication[code].indicateur.modalites not in sensibles or not a_des_chiffres(rapport.classes(code)):
        return Bloc("")
    nom = rapport.publication[code].indicateur.titre.removesuffix(" des ménages logés").lower()
    return precision(
        f"La {nom} est une variable sensible : elle n’est publiée que pour l’ensemble du territoire, avec un seuil "
        "plus élevé, et ne se lit pas seule. L’âge, la composition et les ressources des ménages diffèrent aussi."
    )


def profil(rapport: Rapport, code: str) -> Bloc:
    """A profile of the households housed beside the applicants; in and outside QPV in the table."""
    loges, demandeurs = (rapport.classes(c) for c in (code, code + "D"))
    nom = loges.indicateur.titre.removesuffix(" des ménages logés")
    sous_titre = f"{nom} : ménages logés en {rapport.annee}, en %"
    if a_des_chiffres(demandeurs):
        sous_titre = f"{nom} : ménages logés en {rapport.annee} et demandeurs actifs au 31 décembre, en %"
    titre = sentences_menages.constat_profil(rapport, code)
    return cote_a_cote(
        rapport, f"profil-{code.lower()}", titre, sous_titre, nom, (loges, demandeurs), ("Ménages logés", "Demandeurs")
    )


def cote_a_cote(
    rapport: Rapport,
    identifiant: str,
    titre: str,
    sous_titre: str,
    nom: str,
    tables: tuple[PublishedTable, PublishedTable],
    noms: tuple[str, str],
) -> Bloc:
    """Two distributions over the same classes; ``noms``: what each is. The second may have no figures."""
    loges, demandeurs = tables
    code, libelles = loges.indicateur.code, rapport.modalites(loges.indicateur.code)
    series = {qui: table for qui, table in zip(noms, tables, strict=True) if a_des_chiffres(table)}
    if not a_des_chiffres(demandeurs):
        demandeurs = demandeurs.ou(modalite=[])
    haut, bas = dessinees(loges, demandeurs)
    texte = descriptions(rapport, series, "modalite")
    dessin = charts.barres_paires(haut, bas, identifiant, titre, texte, libelles=libelles, noms=noms)
    colonnes: dict[str, Colonne] = {**series}
    colonnes |= {
        f"{noms[0]} {zone[0].lower()}{zone[1:]}": rapport.classes(code, perimetre_type=perimetre)
        for perimetre, zone in ZONES.items()
    }
    donnees = tableau_croise(avec_chiffres(colonnes), f"{nom}, {rapport.annee}", "modalite", nom, libelles)
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [loges, demandeurs])
