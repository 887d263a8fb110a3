"""The bilan of the flux to one réservataire: how many dwellings each landlord proposed and allocated, and which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EN_QPV, EPCI, HORS_QPV, RESERVATAIRE
from cil_analysis.presentation import charts_flux, flux_chiffres
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES
from cil_analysis.presentation.fiche_blocs import carte, cartes, figure_de_fiche, vide
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.flux_tableaux import attribues, cellule_de, reserves, sans_convention, taux
from cil_analysis.presentation.formats import accorder, date_en_mots, echapper, nombre, pourcentage
from cil_analysis.presentation.signes import MASQUE
from cil_analysis.presentation.tables import Cellule, tableau, tableau_libre
from cil_analysis.reference.texte import typographie

COLONNES = ("Proposés", "Attribués", "Part attribuée")


@dataclass(frozen=True)
class Ligne:
    """One row of the bilan: by what it is broken down, its class, and the row of F03 that has its figures."""

    ventilation: str
    classe: str
    chiffres: LignePubliee

    def cellules(self) -> list[Cellule]:
        """Proposed, allocated, and the share."""
        return [cellule_de(self.chiffres, colonne) for colonne in ("denominateur", "numerateur", "valeur")]


def constat(sujet: Sujet) -> str:
    """How many dwellings were allocated of those proposed, and of those reserved."""
    annee, ligne = sujet.rapport.annee, sujet.ligne("F03")
    if ligne is None or (ligne["statut"] != PUBLIE and not sujet.est_masque("F03")):
        attribues = sujet.chiffre("F02")
        if not attribues:
            return f"Aucun logement n’a été attribué au titre de ce réservataire en {annee}."
        mots = accorder(attribues, "logement a été attribué", "logements ont été attribués")
        return typographie(f"{mots} au titre de ce réservataire en {annee}.")
    if sujet.est_masque("F03"):
        return f"Le nombre de logements attribués au titre de ce réservataire en {annee} est {MASQUE}."
    mots = accorder(ligne["numerateur"], "logement a été attribué", "logements ont été attribués")
    proposes = accorder(ligne["denominateur"], "logement proposé", "logements proposés")
    phrase = f"{mots} au titre de ce réservataire en {annee}, sur {proposes} ({pourcentage(ligne['valeur'])})"
    reserve, realise = sujet.chiffre("F04"), sujet.chiffre("F05")
    if reserve and realise is not None:
        phrase += f" ; les conventions lui en réservent {nombre(reserve)}, et {pourcentage(realise)} sont attribués"
    return typographie(f"{phrase}.")


def chiffres_cles(sujet: Sujet) -> Bloc:
    """Five cards at most."""
    return cartes(
        [
            carte(sujet, "F01", "Logements proposés", "bailleurs", ensemble=False),
            carte(sujet, "F02", "Logements attribués", "bailleurs", ensemble=False),
            carte(sujet, "F03", "Part attribuée des logements proposés", "logements"),
            *(
                carte(sujet, code, titre, "bailleurs", ensemble=code == "F05")
                for code, titre in (("F04", "Logements réservés"), ("F05", "Réalisation de la réservation"))
                if sujet.chiffre("F04")
            ),
        ]
    )


def echeance(sujet: Sujet) -> str:
    """Before which day this bilan is due, and to whom."""
    jour, annee = flux_chiffres.echeance(sujet.rapport), sujet.rapport.annee
    if jour is None:
        return ""
    return typographie(
        f"Bilan de {annee}, que chaque bailleur doit au réservataire et à l’intercommunalité avant le "
        f"{date_en_mots(jour)} "
        "(décret n° 2020-145 du 20 février 2020 ; art. R441-5 du code de la construction et de l’habitation)."
    )


def lignes_par_bailleur(sujet: Sujet) -> list[list[str | Cellule]]:
    """By landlord: proposed, allocated, reserved, achieved, rate; then all of them."""
    lignes: list[list[str | Cellule]] = []
    for bailleur in _bailleurs(sujet):
        par_code = {
            code: sujet.rapport.publication[code]
            .ou(annee=sujet.rapport.annee, acteur_type=BAILLEUR, acteur_code=bailleur)
            .ligne(modalite=sujet.code)
            for code in ("F03", "F04", "F05", "F06", "F07")
        }
        cellules = _ligne_par_bailleur(par_code)
        cellules[-1] = taux(sujet.rapport, bailleur, sujet.code, par_code["F07"], par_code["F04"])
        lignes.append([sujet.rapport.acteurs[bailleur], *cellules])
    moyen = sujet.rapport.epci("F07", annee=sujet.rapport.annee, modalite=sujet.code).ligne()
    part = sujet.rapport.epci("F06", annee=sujet.rapport.annee, modalite=sujet.code).ligne()
    tous = {code: sujet.ligne(code) for code in ("F03", "F04", "F05")} | {"F06": part, "F07": moyen}
    return [*lignes, ["Ensemble", *_ligne_par_bailleur(tous)]] if lignes else []


ENTETES_PAR_BAILLEUR = ("Bailleur", *COLONNES, "Réservés", "Réalisation", "Taux de la convention")


def _ligne_par_bailleur(lignes: Mapping[str, LignePubliee | None]) -> list[Cellule]:
    return [
        cellule_de(lignes["F03"], "denominateur"),
        attribues(lignes["F03"], lignes["F06"]),
        cellule_de(lignes["F03"], "valeur"),
        reserves(lignes["F04"]),
        *(sans_convention(lignes[code], lignes["F04"]) for code in ("F05", "F07")),
    ]


def _bailleurs(sujet: Sujet) -> list[str]:
    """The landlords that have something with the réservataire."""
    codes: dict[str, None] = {}
    for code in ("F03", "F04"):
        table = sujet.rapport.publication[code].ou(annee=sujet.rapport.annee, acteur_type=BAILLEUR, modalite=sujet.code)
        for ligne in table.lignes():
            if ligne["denominateur"] != 0 and ligne["valeur"] != 0:
                codes[str(ligne["acteur_code"])] = None
    return list(codes)


def par_bailleur(sujet: Sujet) -> Bloc:
    """The table of landlords."""
    lignes = lignes_par_bailleur(sujet)
    if not lignes:
        return vide("Aucun bailleur n’a de convention avec ce réservataire, ni ne lui a proposé de logement.")
    legende = f"Logements proposés, attribués et réservés par bailleur, {sujet.rapport.annee}"
    return Bloc(tableau_libre(legende, ENTETES_PAR_BAILLEUR, lignes, [], total="Ensemble"))


def lignes_ventilees(sujet: Sujet) -> list[Ligne]:
    """The bilan broken down as the decree wants: type, financing, QPV, commune, period of construction."""
    rapport = sujet.rapport
    lignes: list[Ligne] = []
    for code, nom in (("F03T", "Typologie"), ("F03F", "Financement"), ("F03P", "Époque de construction")):
        table = sujet.tables[code].ou(annee=rapport.annee)
        lignes += _lignes(table, nom, "modalite", rapport.modalites(code))
    zones = sujet.tables["F03"].ou(annee=rapport.annee, perimetre_type=[HORS_QPV, EN_QPV])
    lignes += _lignes(zones, "Quartier prioritaire", "perimetre_type", ZONES)
    communes = sujet.tables["F03"].ou(annee=rapport.annee, perimetre_type=COMMUNE)
    return lignes + _lignes(communes, "Commune", "perimetre_code", rapport.perimetres)


def _lignes(table: PublishedTable, nom: str, cle: str, libelles: Mapping[str, str]) -> list[Ligne]:
    """The rows that have something: a class without a dwelling proposed or allocated is left out."""
    return [
        Ligne(nom, libelles.get(str(ligne[cle]), str(ligne[cle])), ligne)
        for ligne in table.lignes()
        if ligne["statut"] != NON_CALCULABLE and ligne["denominateur"] != 0
    ]


def types_de_logement(sujet: Sujet) -> Bloc:
    """F03T of the réservataire, drawn."""
    rapport = sujet.rapport
    table = sujet.tables["F03T"].ou(annee=rapport.annee)
    table = table.ou(modalite=[str(x["modalite"]) for x in table.lignes() if x["denominateur"] != 0])
    if not len(table):
        return Bloc("")
    libelles = rapport.modalites("F03T")
    titre = "Logements proposés et attribués, par type"
    mots = [f"{x.classe}, {nombre(x.chiffres['numerateur'])} sur {nombre(x.chiffres['denominateur'])}"
            for x in _lignes(table, "", "modalite", libelles) if x.chiffres["statut"] == PUBLIE]  # fmt: skip
    texte = typographie(" ; ".join(mots) + ".") if mots else "Aucun chiffre publié."
    dessin = charts_flux.barres_proposes(table, "types", titre, texte, libelles=libelles)
    donnees = tableau(
        table, f"{titre}, {rapport.annee}", "modalite", "Type de logement", libelles,
        ["denominateur", "numerateur", "valeur"],
        noms={"numerateur": "Attribués", "denominateur": "Proposés", "valeur": "Part attribuée"},
    )  # fmt: skip
    return figure_de_fiche("types", titre, f"Nombre de logements, {rapport.annee}", dessin, [table], donnees)


def ventilations(sujet: Sujet) -> Bloc:
    """Every breakdown in one table."""
    lignes = lignes_ventilees(sujet)
    if not lignes:
        return vide("Les bailleurs n’ont ventilé aucun logement de ce réservataire.")
    contenu: list[list[str | Cellule]] = [[x.classe, Cellule(x.ventilation, "texte"), *x.cellules()] for x in lignes]
    entetes = ["Classe", "Ventilation", *COLONNES]
    legende = f"Logements proposés et attribués, par ventilation, {sujet.rapport.annee}"
    return Bloc(tableau_libre(legende, entetes, contenu, [1]))


def lignes_des_trimestres(sujet: Sujet) -> list[list[str | Cellule]]:
    """The leases signed by the end of each quarter, and the projection of a year that is not complete."""
    rapport = sujet.rapport
    progression = flux_chiffres.progressions(rapport).get(sujet.code)
    if progression is None:
        return []
    table = rapport.publication["F11"].ou(annee=rapport.annee, acteur_type=RESERVATAIRE, acteur_code=sujet.code)
    noms = list(rapport.references.nomenclatures["trimestres"].libelles().items())[: len(progression.cumuls)]
    lignes: list[list[str | Cellule]] = [
        [nom, cellule_de(table.ligne(perimetre_type=EPCI, modalite=code), "valeur")] for code, nom in noms
    ]
    if progression.projection is not None:
        lignes.append(["Projection au 31 décembre", Cellule(nombre(progression.projection))])
    return lignes


def trimestres(sujet: Sujet) -> Bloc:
    """The table of quarters; nothing without leases of the réservataire."""
    lignes = lignes_des_trimestres(sujet)
    if not lignes:
        return vide("Aucun bail de l’année n’est au titre de ce réservataire.")
    legende = f"Baux signés depuis le 1er janvier, mutations et relogements compris, {sujet.rapport.annee}"
    return Bloc(tableau_libre(typographie(legende), ["À la fin du", "Baux signés"], lignes, []))


def lien_du_classeur(sujet: Sujet, fichier: str) -> Bloc:
    """Where the same figures are, as a workbook beside the page."""
    return Bloc(
        f'<p class="note"><a href="{echapper(fichier)}">Les mêmes chiffres, dans un classeur</a> '
        f"({echapper(typographie(sujet.nom))}, {sujet.rapport.annee})</p>"
    )
