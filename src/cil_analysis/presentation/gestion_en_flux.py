"""The page of the gestion en flux: cards, reserved and achieved, the year by quarter, breakdowns, base and deducted."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, EN_QPV, HORS_QPV, RESERVATAIRE
from cil_analysis.presentation import charts, charts_flux, flux_chiffres
from cil_analysis.presentation import sentences_flux as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES, illustration
from cil_analysis.presentation.chiffres_cles import carte_cle, en_cartes
from cil_analysis.presentation.fiche_sujet import HORS_CONTINGENT
from cil_analysis.presentation.figures import a_des_chiffres, description
from cil_analysis.presentation.flux_tableaux import tableau_des_trimestres, tableau_par_acteur
from cil_analysis.presentation.formats import nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise
from cil_analysis.reference.texte import typographie

_VENTILES = "Un bailleur qui ne ventile pas ainsi ses logements n’y est pas compté."
_SOUS_TITRE = "Logements attribués au titre des conventions, en % de ce qu’elles réservent"
# The words of the line that each bar is held against.
_REPERE = "réservation\u202f: 100\u202f%"
_NOMS = {"numerateur": "Logements attribués", "denominateur": "Logements proposés", "valeur": "Part attribuée"}
# The breakdowns of the page: identifier, indicator, what a class is, and « par … ».
VENTILATIONS: Mapping[str, tuple[str, str, str]] = {
    "types": ("F03T", "Type de logement", "par type de logement"),
    "financements": ("F03F", "Financement", "par financement"),
    "epoques": ("F03P", "Époque", "par époque de construction"),
}


def chiffres_cles(rapport: Rapport) -> Bloc:
    """The key figures as cards."""
    cartes = (
        ("F01", "Logements proposés", "logements"),
        ("F02", "Logements attribués", "logements"),
        ("F03", "Part attribuée des logements proposés", "logements"),
        ("F08", "Base prévisionnelle", "base"),
        ("F04", "Logements réservés par les conventions", "reservations"),
        ("F05", "Réalisation des réservations", "reservations"),
    )
    return en_cartes(
        carte_cle(rapport, rapport.epci(code), titre, ancre, "", code.lower())
        for code, titre, ancre in cartes
        if a_des_chiffres(rapport.epci(code, annee=rapport.annee))
    )


def reservations(rapport: Rapport) -> Bloc:
    """F05 of each réservataire against its reservation."""
    table = flux_chiffres.sous_convention(rapport, "F05")
    titre = phrases.titre_des_reservations(rapport)
    texte = _decrire(table, rapport.acteurs, "acteur_code", "réservés")
    dessin = charts_flux.barres_reservation(
        table, "reservations-realisees", titre, texte, libelles=rapport.acteurs, repere=_REPERE
    )
    sous_titre = f"{_SOUS_TITRE}, par réservataire, {rapport.annee}"
    donnees = tableau_par_acteur(rapport, RESERVATAIRE)
    tables = [table, flux_chiffres.sous_convention(rapport, "F04")]
    return illustration(rapport, "reservations", titre, sous_titre, dessin, donnees, tables)


def reservations_par_bailleur(rapport: Rapport) -> Bloc:
    """F05 of each landlord against what it reserves."""
    table = flux_chiffres.sous_convention(rapport, "F05", BAILLEUR)
    titre = phrases.titre_des_reservations(rapport, BAILLEUR)
    texte = _decrire(table, rapport.acteurs, "acteur_code", "réservés")
    dessin = charts_flux.barres_reservation(
        table, "reservations-bailleurs", titre, texte, libelles=rapport.acteurs,
        repere=_REPERE,
    )  # fmt: skip
    sous_titre = f"{_SOUS_TITRE}, par bailleur, {rapport.annee}"
    return illustration(
        rapport, "reservations-bailleurs", titre, sous_titre, dessin, tableau_par_acteur(rapport, BAILLEUR), [table]
    )


def trimestres(rapport: Rapport) -> Bloc:
    """F11: the leases of each réservataire, quarter after quarter, and their projection."""
    suivies = {c: p for c, p in flux_chiffres.progressions(rapport).items() if c != HORS_CONTINGENT}
    noms = list(rapport.references.nomenclatures["trimestres"].libelles().values())
    titre = phrases.titre_de_l_annee(rapport)
    mots = [
        f"{p.nom}, "
        + ", ".join(
            f"{nom} : {nombre(v) if v is not None else 'secret statistique'}"
            for nom, v in zip(noms, p.cumuls, strict=False)
        )
        + (f", projection {nombre(p.projection)}" if p.projection is not None else "")
        for p in suivies.values()
    ]
    courts = rapport.references.nomenclatures["trimestres"].codes(None)
    dessin = charts_flux.courbes_trimestres(
        list(suivies.values()), courts, "trimestres-cumules", titre, typographie(" ; ".join(mots) + ".")
    )
    sous_titre = f"Baux signés depuis le 1er janvier, à la fin de chaque trimestre, par réservataire, {rapport.annee}"
    table = rapport.publication["F11"].ou(annee=rapport.annee, acteur_type=RESERVATAIRE)
    note = "Ce sont les baux du bilan des attributions, mutations et relogements, que le flux soustrait, compris."
    if flux_chiffres.part_ecoulee(rapport) < 1:
        note += " La projection suppose le même rythme jusqu’au 31 décembre."
    return illustration(
        rapport, "trimestres", titre, sous_titre, dessin, tableau_des_trimestres(rapport), [table], note=note
    )


def ventilation(rapport: Rapport, nom: str) -> Bloc:
    """Proposed and allocated dwellings by a breakdown of ``VENTILATIONS``."""
    code, entete, par = VENTILATIONS[nom]
    table, libelles = rapport.classes(code), dict(rapport.modalites(code))
    return _proposes(rapport, table, f"flux-{nom}", entete, par, libelles, "modalite")


def en_qpv(rapport: Rapport) -> Bloc:
    """F03 in and outside QPV."""
    table = rapport.publication["F03"].ou(annee=rapport.annee, perimetre_type=[HORS_QPV, EN_QPV], acteur_type="")
    par = "en quartier prioritaire et hors quartier"
    return _proposes(rapport, table, "flux-qpv", "Situation", par, ZONES, "perimetre_type", _VENTILES)


def par_commune(rapport: Rapport) -> Bloc:
    """F03 of the communes, those without a dwelling left out of the drawing."""
    table = rapport.par_commune("F03")
    noms = rapport.perimetres
    return _proposes(rapport, table, "flux-communes", "Commune", "par commune", noms, "perimetre_code", _VENTILES)


def _proposes(
    rapport: Rapport,
    table: PublishedTable,
    identifiant: str,
    entete: str,
    par: str,
    libelles: Mapping[str, str],
    cle: str,
    note: str = "",
) -> Bloc:
    titre = phrases.titre_ventile(table, libelles, f"Logements proposés et attribués {par}", cle)
    dites = table.ou(**{cle: [str(x[cle]) for x in table.lignes() if x["statut"] != NON_CALCULABLE]})
    texte = _decrire(dites, libelles, cle, "proposés")
    dessin = charts_flux.barres_proposes(dites, identifiant, titre, texte, libelles=libelles, par=cle)
    donnees = tableau(
        table, f"Logements proposés et attribués {par}, {rapport.annee}", cle, entete, libelles,
        ["denominateur", "numerateur", "valeur"], noms=_NOMS,
    )  # fmt: skip
    sous_titre = f"Nombre de logements, et part attribuée de ceux qui sont proposés, {par}, {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table], note=note)


def _decrire(table: PublishedTable, libelles: Mapping[str, str], cle: str, de: str) -> str:
    """The text alternative of a drawing of counts: « T2, 812 attribués sur 934 proposés (86,9 %) »."""
    morceaux = []
    for ligne in table.lignes():
        nom = libelles.get(str(ligne[cle]), str(ligne[cle]))
        if ligne["statut"] != PUBLIE:
            morceaux.append(f"{nom}, {'secret statistique' if ligne['statut'] == SECRET else 'non disponible'}")
            continue
        counts = f"{nombre(ligne['numerateur'])} attribués sur {nombre(ligne['denominateur'], 0)} {de}"
        morceaux.append(f"{nom}, {counts} ({pourcentage(ligne['valeur'])})")
    return typographie(" ; ".join(morceaux) + ".") if morceaux else "Aucun chiffre publié."


def soustraits(rapport: Rapport) -> Bloc:
    """F10 by motive, beside the forecast F10P."""
    table, prevus = rapport.classes("F10"), rapport.classes("F10P")
    libelles = rapport.modalites("F10")
    titre = "Logements soustraits du flux, par motif"
    total = rapport.chiffre("F10")
    if total is not None:
        titre = f"{nombre(total)} logements soustraits du flux en {rapport.annee}"
    texte = description(rapport, table, "modalite")
    dessin = charts.barres_communes(table, "soustraits", titre, texte, libelles=libelles, par="modalite", rang=True)
    colonnes: dict[str, Colonne] = {
        "Soustraits": rapport.publication["F10"].ou(annee=rapport.annee, acteur_type=""),
        "Prévus": rapport.publication["F10P"].ou(annee=rapport.annee, acteur_type=""),
    }
    donnees = tableau_croise(
        colonnes, f"Logements soustraits, et prévus, par motif, {rapport.annee}", "modalite", "Motif",
        {**libelles, "": "Ensemble"}, total="",
    )  # fmt: skip
    sous_titre = f"Nombre de logements soustraits dans l’année, par motif, {rapport.annee}"
    return illustration(rapport, "soustraits", titre, sous_titre, dessin, donnees, [table, prevus])
