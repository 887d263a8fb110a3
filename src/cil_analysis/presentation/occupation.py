"""The page on the stock: dwellings, turnover, vacancy, and those who live there (S01 to S10)."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, QPV
from cil_analysis.presentation import charts
from cil_analysis.presentation import occupation_phrases as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES, avec_chiffres, descriptions, dessinees, illustration
from cil_analysis.presentation.chiffres_cles import carte_cle, en_cartes
from cil_analysis.presentation.figures import a_des_chiffres, description
from cil_analysis.presentation.noms_des_termes import nom_du_terme
from cil_analysis.presentation.occupation_annees import derniere, enquete, repertoire, rotation
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import comparer, titre_premiere_part
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise
from cil_analysis.reference.texte import typographie

_LIEUX = {EPCI: "Ensemble", **ZONES}
_CARTES = (
    ("S01", "Logements sociaux", "parc"),
    ("T01R", "Attributions pour 100 logements", "rotation"),
    ("S03", "Logements vacants", "rotation"),
    ("S04", "Ménages décrits par l’enquête", "occupants"),
    ("S08", "Emménagés récents", "occupants"),
    ("S09", "Personnes par ménage", "occupants"),
    ("S10", "Occupants sous 40 % du plafond PLUS", "ressources"),
    ("S10R", "Emménagés récents sous 40 % du plafond PLUS", "ressources"),
)


def chiffres_cles(rapport: Rapport) -> Bloc:
    """The key figures, each of the last year that has it, which its title says."""
    cartes = []
    for code, titre, ancre in _CARTES:
        lu = derniere(rapport, code)
        if a_des_chiffres(lu.epci(code, annee=lu.annee)):
            cartes.append(carte_cle(lu, lu.epci(code), typographie(f"{titre}, {lu.annee}"), ancre, "", code.lower()))
    return en_cartes(cartes)


def parc_par_commune(rapport: Rapport) -> Bloc:
    """S01 by commune; the quarters in the table."""
    lu = repertoire(rapport)
    table = lu.par_commune("S01")
    titre = phrases.titre_du_parc(table, rapport)
    texte = description(lu, table, "perimetre_code")
    dessin = charts.barres_communes(table, "parc-communes", titre, texte, libelles=lu.perimetres)
    quartiers = lu.epci("S01", annee=lu.annee, perimetre_type=QPV)
    donnees = _tableau(lu, "S01", f"Logements sociaux par commune, {phrases.premier_janvier(lu)}") + tableau(
        quartiers, f"Logements sociaux par quartier prioritaire, {phrases.premier_janvier(lu)}", "perimetre_code",
        "Quartier", lu.perimetres, ["valeur"], noms={"valeur": "Logements"},
    )  # fmt: skip
    sous_titre = f"Nombre de logements du répertoire (RPLS), {phrases.premier_janvier(lu)}"
    return illustration(lu, "parc-communes", titre, sous_titre, dessin, donnees, [table])


def types_de_logement(rapport: Rapport) -> Bloc:
    """S01T beside L01: the stock, and what is allocated."""
    lu = repertoire(rapport)
    attribues, parc = lu.classes("L01"), lu.classes("S01T")
    titre = comparer(
        attribues, parc, lu.modalites("S01T"), parts=("des logements attribués", "du parc"),
        sinon="Types de logement du parc et des attributions",
        proches="Les logements attribués ont la taille de ceux du parc",
    )  # fmt: skip
    sous_titre = f"Type des logements attribués en {lu.annee}, et du parc au {phrases.premier_janvier(lu)}, en %"
    noms = ("Logements attribués", "Logements du parc")
    return _paires(lu, "parc-types", titre, sous_titre, "Type de logement", (attribues, parc), noms)


def epoques(rapport: Rapport) -> Bloc:
    """S01P, in and outside QPV."""
    lu = repertoire(rapport)
    return _empilees(lu, "S01P", "parc-epoques", "Époque", "Époque de construction des logements du parc", "du parc")


def etiquettes(rapport: Rapport) -> Bloc:
    """S01E: the energy class of the dwellings."""
    lu = repertoire(rapport)
    table = lu.classes("S01E")
    titre = titre_premiere_part(
        table, _etiquettes(lu), cle="modalite", de="du parc", rang="l’étiquette la plus fréquente",
        sinon="Étiquette énergie des logements du parc",
    )  # fmt: skip
    texte = description(lu, table, "modalite")
    dessin = charts.barres_communes(table, "parc-dpe", titre, texte, libelles=_etiquettes(lu), par="modalite")
    donnees = tableau(
        table, f"Étiquette énergie des logements du parc, {phrases.premier_janvier(lu)}", "modalite", "Étiquette",
        lu.modalites("S01E"), ["numerateur", "valeur"], noms={"numerateur": "Logements"},
    )  # fmt: skip
    sous_titre = f"Répartition des logements selon leur diagnostic de performance énergétique, en %, {lu.annee}"
    return illustration(lu, "parc-dpe", titre, sous_titre, dessin, donnees, [table])


def _etiquettes(rapport: Rapport) -> dict[str, str]:
    return {code: f"Étiquette {nom}" if len(nom) == 1 else nom for code, nom in rapport.modalites("S01E").items()}


def rotation_par_quartier(rapport: Rapport) -> Bloc:
    """S02 by quarter, the two zones in the table."""
    lu = rotation(rapport)
    table = lu.epci("S02", annee=lu.annee, perimetre_type=QPV)
    libelles = {**lu.perimetres, **ZONES}
    titre = phrases.titre_de_la_rotation(table, rapport, "perimetre_code", libelles)
    texte = description(lu, table, "perimetre_code")
    dessin = charts.barres_communes(table, "rotation-quartiers", titre, texte, libelles=libelles)
    noms = _termes(table) | {"valeur": "Rotation"}
    donnees = tableau(
        table, f"Rotation par quartier prioritaire, {lu.annee}", "perimetre_code", "Quartier", libelles,
        ["numerateur", "denominateur", "valeur"], noms=noms,
    ) + tableau(
        lu.epci("S02", annee=lu.annee, perimetre_type=list(ZONES)), f"Rotation selon la zone, {lu.annee}",
        "perimetre_type", "Zone", ZONES, ["numerateur", "denominateur", "valeur"], noms=noms,
    )  # fmt: skip
    sous_titre = f"Attributions de {lu.annee} pour 100 logements du quartier au 1er janvier"
    return illustration(lu, "rotation-quartiers", titre, sous_titre, dessin, donnees, [table])


def rotation_par_type(rapport: Rapport) -> Bloc:
    """S02 by type of dwelling."""
    lu = rotation(rapport)
    table = lu.classes("S02")
    libelles = lu.modalites("S02")
    titre = phrases.titre_de_la_rotation(table, rapport, "modalite", libelles)
    [dessinee] = dessinees(table)
    texte = description(lu, table, "modalite")
    dessin = charts.barres_communes(dessinee, "rotation-types", titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"Rotation par type de logement, {lu.annee}", "modalite", "Type de logement", libelles,
        ["numerateur", "denominateur", "valeur"], noms=_termes(table) | {"valeur": "Rotation"},
    )  # fmt: skip
    sous_titre = f"Attributions de {lu.annee} pour 100 logements de ce type au 1er janvier"
    return illustration(lu, "rotation-types", titre, sous_titre, dessin, donnees, [table])


def par_commune(rapport: Rapport, code: str, identifiant: str, sous_titre: str) -> Bloc:
    """An indicator by commune, in the last year that has it; ``sous_titre``: its measure, up to the year."""
    lu = derniere(rapport, code)
    table = lu.par_commune(code)
    nom = table.indicateur.titre
    titre = phrases.titre_des_communes(table, lu, nom)
    texte = description(lu, table, "perimetre_code")
    dessin = charts.barres_communes(table, identifiant, titre, texte, libelles=lu.perimetres)
    donnees = _tableau(lu, code, f"{nom} par commune, {lu.annee}")
    return illustration(lu, identifiant, titre, f"{sous_titre} {lu.annee}", dessin, donnees, [table])


def compositions(rapport: Rapport) -> Bloc:
    """S05, all the stock beside the quarters."""
    lu = enquete(rapport)
    tables = lu.classes("S05"), lu.classes("S05", perimetre_type=EN_QPV)
    titre = titre_premiere_part(
        tables[0], lu.modalites("S05"), cle="modalite", de="des ménages occupants",
        rang="la composition la plus fréquente", sinon="Composition des ménages occupants",
    )  # fmt: skip
    sous_titre = f"Composition des ménages occupants, en %, enquête {lu.annee}"
    noms = ("Ensemble du parc", "En quartier prioritaire")
    return _paires(lu, "compositions", titre, sous_titre, "Composition", tables, noms)


def ages(rapport: Rapport) -> Bloc:
    """S06, in and outside QPV."""
    lu = enquete(rapport)
    return _empilees(lu, "S06", "ages", "Âge", "Âge du titulaire du bail", "des titulaires de bail")


def ressources(rapport: Rapport) -> Bloc:
    """S07R beside S07: recent movers, and all the occupants."""
    lu = enquete(rapport)
    recents, tous = lu.classes("S07R"), lu.classes("S07")
    libelles = {code: f"{nom} du plafond PLUS" for code, nom in lu.modalites("S07").items()}
    titre = comparer(
        recents, tous, libelles, parts=("des emménagés récents", "de l’ensemble des occupants"),
        sinon="Ressources des ménages occupants, en % du plafond PLUS",
        proches="Les emménagés récents ont les ressources de l’ensemble des occupants",
    )  # fmt: skip
    sous_titre = f"Ressources des ménages en % du plafond PLUS, part des ménages en %, enquête {lu.annee}"
    noms = ("Emménagés récents", "Ensemble des occupants")
    return _paires(lu, "ressources-plus", titre, sous_titre, "Ressources", (recents, tous), noms)


def _termes(table: PublishedTable) -> dict[str, str]:
    return {terme: nom_du_terme(table.indicateur, terme) for terme in ("numerateur", "denominateur")}


def _tableau(rapport: Rapport, code: str, legende: str) -> str:
    """An indicator by commune, the EPCI last."""
    table = rapport.publication[code].ou(annee=rapport.annee, perimetre_type=["commune", EPCI], modalite="")
    colonnes = ["valeur"] if table.indicateur.unite == "nombre" else ["numerateur", "denominateur", "valeur"]
    return tableau(
        table, legende, "perimetre_code", "Commune", rapport.perimetres, colonnes,
        noms=_termes(table), total=rapport.projet.epci_siren,
    )  # fmt: skip


def _paires(
    rapport: Rapport, identifiant: str, titre: str, sous_titre: str, entete: str,
    tables: tuple[PublishedTable, PublishedTable], noms: tuple[str, str],
) -> Bloc:  # fmt: skip
    """Two distributions over the same classes, as pairs of bars."""
    seconde = tables[1] if a_des_chiffres(tables[1]) else tables[1].ou(modalite=[])
    libelles = rapport.modalites(tables[0].indicateur.code)
    haut, bas = dessinees(tables[0], seconde)
    series = dict(zip(noms, (tables[0], seconde), strict=True))
    texte = descriptions(rapport, series, "modalite")
    dessin = charts.barres_paires(haut, bas, identifiant, titre, texte, libelles=libelles, noms=noms)
    colonnes: dict[str, Colonne] = {}
    for nom, table in series.items():
        colonnes |= {f"{nom}, nombre": (table, "numerateur"), f"{nom}, part": table}
    donnees = tableau_croise(avec_chiffres(colonnes), _legende(entete, noms, rapport), "modalite", entete, libelles)
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [*tables])


def _legende(entete: str, noms: tuple[str, str], rapport: Rapport) -> str:
    return f"{entete} : {noms[0][:1].lower()}{noms[0][1:]} et {noms[1][:1].lower()}{noms[1][1:]}, {rapport.annee}"


def _empilees(rapport: Rapport, code: str, identifiant: str, entete: str, nom: str, de: str) -> Bloc:
    """The classes of an indicator in the EPCI, in and outside QPV, in bars of 100 %."""
    table = rapport.classes(code, perimetre_type=list(_LIEUX))
    libelles: Mapping[str, str] = {**rapport.modalites(code), **_LIEUX}
    titre = titre_premiere_part(
        rapport.classes(code), rapport.modalites(code), cle="modalite", de=de, rang="la part la plus élevée", sinon=nom
    )
    lieux = {lieu: table.ou(perimetre_type=genre) for genre, lieu in _LIEUX.items()}
    texte = descriptions(rapport, lieux, "modalite")
    dessin = charts.barres_empilees(table, identifiant, titre, texte, par="perimetre_type", libelles=libelles)
    donnees = tableau_croise(
        avec_chiffres({f"{lieu}, part": t for lieu, t in lieux.items()}), f"{nom}, {rapport.annee}", "modalite", entete,
        rapport.modalites(code),
    )  # fmt: skip
    return illustration(rapport, identifiant, titre, f"{nom}, en %, {rapport.annee}", dessin, donnees, [table])
