"""The tables of the gestion en flux: by actor, landlord × réservataire, quarter by quarter, the base of landlords."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, RESERVATAIRE
from cil_analysis.presentation import flux_chiffres
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, nombre, pourcentage, valeur
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import Cellule, Colonne, tableau_croise, tableau_libre
from cil_analysis.reference.texte import typographie


def tableau_par_acteur(rapport: Rapport, acteur: str) -> str:
    """Proposed, allocated, reserved and achieved, by réservataire or by landlord; those without convention included."""
    tables = {
        code: rapport.epci(code, annee=rapport.annee, acteur_type=acteur) for code in ("F01", "F02", "F04", "F05")
    }
    colonnes: dict[str, Colonne] = {
        "Logements proposés": tables["F01"],
        "Logements attribués": tables["F02"],
        "Logements réservés": tables["F04"].ou(valeur=[v for v in tables["F04"].donnees["valeur"] if v]),
        "Réalisation": tables["F05"].ou(
            acteur_code=flux_chiffres.sous_convention(rapport, "F05", acteur).donnees["acteur_code"].tolist()
        ),
    }
    entete = "Réservataire" if acteur == RESERVATAIRE else "Bailleur"
    legende = f"Logements proposés, attribués et réservés par {entete.lower()}, {rapport.annee}"
    return tableau_croise(colonnes, legende, "acteur_code", entete, rapport.acteurs)


def bailleur_par_reservataire(rapport: Rapport) -> Bloc:
    """One row for each landlord and réservataire: the rate and what it reserves, what was proposed and allocated."""
    lignes: list[list[str | Cellule]] = []
    for bailleur in _codes(rapport, BAILLEUR):
        for reservataire in _croisees(rapport, bailleur):
            ligne = {
                code: _ligne(rapport, code, bailleur, reservataire) for code in ("F03", "F04", "F05", "F06", "F07")
            }
            lignes.append(
                [
                    f"{rapport.acteurs[bailleur]} – {rapport.modalites('F03').get(reservataire, reservataire)}",
                    cellule_de(ligne["F03"], "denominateur"),
                    attribues(ligne["F03"], ligne["F06"]),
                    reserves(ligne["F04"]),
                    sans_convention(ligne["F05"], ligne["F04"]),
                    taux(rapport, bailleur, reservataire, ligne["F07"], ligne["F04"]),
                    cellule_de(ligne["F06"], "valeur"),
                ]
            )
    if not lignes:
        return Bloc("")
    entetes = ["Bailleur – réservataire", "Proposés", "Attribués", "Réservés", "Réalisation", "Taux de la convention",
               "Part du flux attribué"]  # fmt: skip
    legende = f"Réservations et attributions, par bailleur et par réservataire, {rapport.annee}"
    return Bloc(tableau_libre(typographie(legende), entetes, lignes, []))


def tableau_des_trimestres(rapport: Rapport) -> str:
    """The cumulated leases of each réservataire, its projection when the year is not complete, and its reservation."""
    noms = rapport.references.nomenclatures["trimestres"].libelles()
    projetee = flux_chiffres.part_ecoulee(rapport) < 1
    lignes: list[list[str | Cellule]] = []
    for code, progression in flux_chiffres.progressions(rapport).items():
        table = rapport.publication["F11"].ou(annee=rapport.annee, acteur_type=RESERVATAIRE, acteur_code=code)
        cellules = [cellule_de(table.ligne(modalite=t), "valeur") for t in noms]
        cellules = [c if rang < len(progression.cumuls) else Cellule(RIEN, "absent") for rang, c in enumerate(cellules)]
        reserve = rapport.epci("F04", annee=rapport.annee, acteur_type=RESERVATAIRE, acteur_code=code).ligne()
        suite: list[Cellule] = []
        if projetee:
            projection = progression.projection
            suite = [Cellule(SECRET_COURT, "secret") if projection is None else Cellule(nombre(projection))]
        lignes.append([progression.nom, *cellules, *suite, reserves(reserve)])
    entetes = [
        "Réservataire",
        *noms.values(),
        *(["Projection au 31 décembre"] if projetee else []),
        "Logements réservés",
    ]
    return tableau_libre(f"Attributions cumulées à la fin de chaque trimestre, {rapport.annee}", entetes, lignes, [])


def base_par_bailleur(rapport: Rapport) -> Bloc:
    """The base of each landlord and its parts, the EPCI apart."""
    if rapport.chiffre("F08") is None:
        return Bloc("")
    noms = rapport.modalites("F09")
    lignes: list[list[str | Cellule]] = []
    total = rapport.projet.epci_nom_court
    for code in [*_codes(rapport, BAILLEUR, "F08"), ""]:
        genre = {"acteur_type": BAILLEUR, "acteur_code": code} if code else {}
        parties = [rapport.epci("F09", annee=rapport.annee, modalite=m, **genre).ligne() for m in _parties(rapport)]
        base = rapport.epci("F08", annee=rapport.annee, **genre).ligne()
        soustraits = rapport.epci("F10", annee=rapport.annee, **genre).ligne()
        cellules = [cellule_de(ligne, "valeur") for ligne in (*parties, base, soustraits)]
        lignes.append([rapport.acteurs[code] if code else total, *cellules])
    entetes = ["Bailleur", *(noms[m] for m in _parties(rapport)), "Base prévisionnelle", "Logements soustraits"]
    legende = f"Base prévisionnelle du flux et logements soustraits par bailleur, {rapport.annee}"
    return Bloc(tableau_libre(legende, entetes, lignes, [], total=total))


def cellule_de(ligne: LignePubliee | None, colonne: str) -> Cellule:
    """A count, or the value with its unit, or the sign of its absence."""
    if ligne is None:
        return Cellule(RIEN, "absent")
    absence = signe(ligne, colonne)
    if absence:
        return Cellule(absence, "secret" if absence == SECRET_COURT else "absent")
    return Cellule(valeur(ligne[colonne], str(ligne["unite"])) if colonne == "valeur" else nombre(ligne[colonne]))


def attribues(ligne: LignePubliee | None, part: LignePubliee | None) -> Cellule:
    """The dwellings allocated: those of F03 or, where it masks them, the same that F06 publishes."""
    seule = ligne is not None and ligne["statut"] == SECRET and part is not None and part["statut"] == PUBLIE
    return cellule_de(part if seule else ligne, "numerateur")


def reserves(ligne: LignePubliee | None) -> Cellule:
    """What is reserved, in dwellings; nothing for who has no convention."""
    return Cellule(RIEN, "absent") if ligne is None or not ligne["valeur"] else cellule_de(ligne, "valeur")


def sans_convention(ligne: LignePubliee | None, reserves: LignePubliee | None) -> Cellule:
    """A figure that hangs on a convention; nothing for who has none."""
    return Cellule(RIEN, "absent") if reserves is None or not reserves["valeur"] else cellule_de(ligne, "valeur")


def taux(
    rapport: Rapport, bailleur: str, reservataire: str, ligne: LignePubliee | None, reserve: LignePubliee | None
) -> Cellule:
    """The rate of a convention as it is written; else, from the bilan of the landlord, what is reserved of its base."""
    ecrit = flux_chiffres.taux_de_convention(rapport, bailleur, reservataire)
    return sans_convention(ligne, reserve) if ecrit is None else Cellule(pourcentage(ecrit))


def _codes(rapport: Rapport, acteur: str, code: str = "F03") -> Sequence[str]:
    donnees = rapport.epci(code, annee=rapport.annee, acteur_type=acteur).donnees
    return list(dict.fromkeys(donnees["acteur_code"].astype(str)))


def _parties(rapport: Rapport) -> Sequence[str]:
    return rapport.references.nomenclatures["composantes_flux"].codes(None)


def _croisees(rapport: Rapport, bailleur: str) -> Sequence[str]:
    """The réservataires that a landlord has something with: dwellings proposed, a convention, or a masked figure."""
    tables: list[PublishedTable] = [
        rapport.publication[code].ou(annee=rapport.annee, acteur_type=BAILLEUR, acteur_code=bailleur)
        for code in ("F03", "F04")
    ]
    codes: dict[str, None] = {}
    for table in tables:
        for ligne in table.lignes():
            if ligne["modalite"] and not (ligne["valeur"] == 0 or ligne["denominateur"] == 0):
                codes[str(ligne["modalite"])] = None
    return list(codes)


def _ligne(rapport: Rapport, code: str, bailleur: str, reservataire: str) -> LignePubliee | None:
    table = rapport.publication[code].ou(annee=rapport.annee, acteur_type=BAILLEUR, acteur_code=bailleur)
    return table.ligne(modalite=reservataire)
