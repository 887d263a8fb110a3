"""What definitions take from one another and from a project's reference data, and what a project may not write."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from cil_analysis.blocs import Ecrit, exiger_parmi, refuser
from cil_analysis.grammaire.dimensions import (
    CONNU,
    DIMENSIONS,
    FAMILLES,
    MANQUE,
    OUI,
    REPONSES,
    Dimension,
    Nomenclatures,
    dimension,
)
from cil_analysis.grammaire.indicateur import (
    EUR,
    MOIS,
    NON_RENSEIGNE,
    PCT,
    POINTS,
    PRESENTES,
    RATIO,
    TOUTES,
    Indicateur,
)
from cil_analysis.grammaire.populations import DERIVEES, POPULATIONS, extrait_de, lignes_de, mesure_de
from cil_analysis.grammaire.vocabulaire import AGREGATS, COLONNES_D_EXTRAIT, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles

_LIGNES = [nom for nom in POPULATIONS if not mesure_de(nom)]
_NUMERIQUES = ("nombre", "entier")
_OU_LIRE = "Voir les colonnes dans docs/dictionnaire"
_STATISTIQUES_DU_PROJET = ("", "mediane", "premier_quartile", "troisieme_quartile")


def exiger_les_noms(indicateurs: Iterable[Indicateur]) -> None:
    """Refuse a dimension or rows that nobody defines. Raises ErreurCIL naming the file, the block and the key."""
    for indicateur in indicateurs:
        for cle, nom, _ in _dites(indicateur):
            if nom == indicateur.code and nom not in DIMENSIONS:
                quoi = "clé « public » absente : rien ne dit ce qui est compté d’une part"
                refuser(
                    indicateur, quoi, "L’écrire, telle que « public: {quartile: Q1} », ou « rapporte_a », « part_de »"
                )
            _exiger_une_dimension(indicateur, cle, nom)
        for cle, population in _populations(indicateur):
            exiger_parmi(indicateur, f"clé « {cle} » : lignes inconnues", extrait_de(population), _LIGNES)


def _dites(indicateur: Indicateur) -> Iterator[tuple[str, str, str]]:
    """Each name of a dimension, the key that says it, and the class, or nothing for any."""
    compte, reunion = indicateur.compte, indicateur.compte.reunion
    for cle in ("champ", "champ_bailleur", "public"):
        yield from ((cle, *condition) for condition in getattr(compte, cle))
    yield "lieu", compte.lieu, ""
    if compte.revenus:
        yield "revenus", compte.revenus, CONNU
    if compte.axe and compte.axe != MANQUE and not compte.drapeaux:
        yield "classes", compte.axe, ""
        codes = [code for v in indicateur.ventilations if not v.suit_une_liste for code in v.modalites]
        yield from (("par", compte.axe, code) for code in codes if not compte.duree)
    if reunion is not None:
        yield from (("reunion", reunion.dimension, classe) for classe in reunion.valeurs)
        yield from (("reunion, avec", *condition) for condition in ([reunion.avec] if reunion.avec else []))
    # Without a public, the part is the dimension called as the indicator.
    sans_partie = compte.public or compte.rapporte_a or compte.part_de or indicateur.est_une_mesure
    if indicateur.unite == PCT and compte.population and not sans_partie:
        yield "public", indicateur.code, OUI


def _populations(indicateur: Indicateur) -> Iterator[tuple[str, str]]:
    for cle, dites in (("lignes", indicateur.compte.population), ("rapporte_a", indicateur.compte.rapporte_a)):
        yield from ((cle, population) for population in dites.split("+") if population)


def _exiger_une_dimension(ou: Ecrit, cle: str, nom: str) -> None:
    if nom.partition("_")[0] not in FAMILLES:
        exiger_parmi(ou, f"clé « {cle} » : dimension inconnue", nom, DIMENSIONS)


def exiger_un_indicateur_admissible(indicateur: Indicateur) -> None:
    """Refuse an indicator of a project that disclosure control could not follow. Raises ErreurCIL.

    A definition of the software is read by its authors, who say what links it to the others. Nobody reads a project's:
    its figures count what they say, of all the classes or none.
    """
    compte = indicateur.compte
    for cle, population in _populations(indicateur):
        extrait = extrait_de(population)
        if mesure_de(population) and lignes_de(population).menage:
            quoi = f"« {population} » additionne ce que des ménages ont, et n’en compte aucun"
            refuser(indicateur, f"clé « {cle} » : {quoi}", f"Écrire « {extrait} », ou une médiane (clé « mesure »)")
    if not compte.population or "+" in compte.population:
        quoi = "clé « lignes » : un indicateur du projet compte les lignes d’un extrait, et d’un seul"
        refuser(indicateur, quoi, "En écrire une sorte, telle que attributions")
    if indicateur.unite in (MOIS, POINTS, EUR) and not indicateur.est_une_mesure:
        refuser(
            indicateur, "clé « mesure » absente : cette unité est celle d’une médiane", "L’écrire, ou « unite: pct »"
        )
    if indicateur.unite == RATIO and not compte.rapporte_a:
        quoi = "clé « rapporte_a » absente : un ratio a deux termes"
        refuser(indicateur, quoi, "L’écrire, ou choisir une autre unité")
    quoi = "clé « mesure » : une statistique qui laisserait déduire ce qu’a un ménage"
    exiger_parmi(indicateur, quoi, compte.mesure[1], _STATISTIQUES_DU_PROJET)
    if indicateur.est_une_mesure and compte.public:
        quoi = "clé « public » : une mesure est celle de toutes les lignes comptées, et n’en lit rien"
        refuser(indicateur, quoi, "Écrire « champ », qui restreint ces lignes")
    if not indicateur.ventilations:
        refuser(indicateur, "clé « par » absente ou vide : il n’aurait aucune ligne", "Écrire au moins « par: [epci] »")
    if len(set(indicateur.ventilations)) < len(indicateur.ventilations):
        refuser(indicateur, "clé « par » : une ligne y est deux fois", "N’y écrire chacune qu’une fois")
    parties = [classe for v in indicateur.ventilations if v.modalites != TOUTES for classe in v.modalites]
    if parties:
        quoi = (
            f"clé « par » : « {parties[0]} » n’est ni un lieu, ni un acteur, et une classe laisserait lire les autres"
        )
        refuser(indicateur, quoi, "Écrire un lieu, un acteur, ou « classes », qui les donne toutes")
    if compte.axe == MANQUE or (compte.axe in DIMENSIONS and indicateur.modalites != DIMENSIONS[compte.axe].liste):
        cle = "classes" if compte.axe == MANQUE else "liste"
        refuser(indicateur, f"clé « {cle} » : réservée ici aux définitions du logiciel", "La retirer")


def exiger_les_definitions(indicateurs: Iterable[Indicateur], references: References) -> None:
    """Check what definitions ask of the reference data of a project.

    Raises ErreurCIL naming the file, the block, the key, and what may be written instead.
    """
    verification = _Verification(references)
    for indicateur in indicateurs:
        verification.de_l_indicateur(indicateur)


class _Verification:
    """Definitions beside the reference data of a project."""

    def __init__(self, references: References) -> None:
        self._listes = references.nomenclatures
        self._regles, self._types = parametres_des_regles(references), types_des_colonnes(references)
        self._listes_des_colonnes = listes_des_colonnes(references)

    def de_l_indicateur(self, indicateur: Indicateur) -> None:
        """Its classes, its code list, its columns and its rules."""
        liste = indicateur.modalites
        if not liste.startswith(COLONNES_D_EXTRAIT):
            quoi = "clé « liste » : liste inconnue"
            exiger_parmi(indicateur, quoi, liste, ("", *self._listes, *LISTES_DERIVEES))
        for cle, nom, classe in (*_dites(indicateur), *self._drapeaux(indicateur)):
            if classe:
                self._exiger_la_classe(indicateur, cle, nom, classe)
        for cle, population in _populations(indicateur):
            if mesure := mesure_de(population):
                exiger_une_colonne(indicateur, cle, mesure, self._types)
        colonne, statistique = indicateur.compte.mesure
        if colonne:
            exiger_une_colonne(indicateur, "mesure", colonne, self._types)
            if statistique in AGREGATS and self._types[colonne] not in _NUMERIQUES:
                quoi = f"clé « mesure » : la colonne « {colonne} » n’est pas un nombre"
                refuser(indicateur, quoi, f"En choisir une. {_OU_LIRE}")
        for colonne in indicateur.aussi:
            exiger_une_colonne(indicateur, "aussi", colonne, self._types)
        for code in indicateur.regles:
            exiger_parmi(indicateur, "clé « regles » : règle inconnue", code, self._regles)

    def _drapeaux(self, indicateur: Indicateur) -> Iterator[tuple[str, str, str]]:
        """The yes-or-no dimensions that the classes of a row of « par » are, each of them one of several."""
        compte = indicateur.compte
        for codes in (ventilation.modalites for ventilation in indicateur.ventilations):
            if not codes or compte.axe == MANQUE or compte.duree:
                continue
            toutes = codes in (TOUTES, PRESENTES)
            if not compte.axe or (toutes and not indicateur.modalites):
                quoi = "clé « par » : on ne sait pas de quelles classes"
                refuser(indicateur, quoi, "Écrire « classes » et, au besoin, « liste »")
            liste = self._listes[indicateur.modalites].codes(None) if toutes and compte.drapeaux else codes
            yield from (("classes", f"{compte.axe}_{code}", OUI) for code in liste if compte.drapeaux)

    def _exiger_la_classe(self, ou: Ecrit, cle: str, nom: str, classe: str) -> None:
        _exiger_une_dimension(ou, cle, nom)
        genre, _, reste = nom.partition("_")
        if nom not in DIMENSIONS and genre == MANQUE:
            exiger_une_colonne(ou, cle, reste, self._types)
        elif nom not in DIMENSIONS:
            exiger_parmi(ou, f"clé « {cle} » : public inconnu", reste, self._listes[f"{genre}s"].codes(None))
        connues = classes_possibles(dimension(nom, self._listes), self._listes, self._listes_des_colonnes)
        if connues:
            exiger_parmi(ou, f"clé « {cle} » : classe de « {nom} » inconnue", classe, connues)


def classes_possibles(une: Dimension, listes: Nomenclatures, des_colonnes: Mapping[str, str]) -> Collection[str]:
    """The classes that a dimension may give; none when it may be any, such as a commune.

    ``des_colonnes``: see :func:`listes_des_colonnes`.
    """
    if une.forme in REPONSES:
        return REPONSES[une.forme]
    liste = une.liste or une.bornes or des_colonnes.get(une.expression, "")
    codes = listes[liste].codes(None) if liste and not (une.classes and not une.liste) else []
    return dict.fromkeys([*codes, *une.classes, NON_RENSEIGNE]) if codes or une.classes else ()


def listes_des_colonnes(references: References) -> dict[str, str]:
    """The code list of each column of the dictionaries; empty for a column that has none."""
    return {c.nom: c.nomenclature for d in references.dictionnaires.values() for c in d.colonnes.values()}


def types_des_colonnes(references: References) -> dict[str, str]:
    """The columns that a definition may read, and their types.

    Those of the software that the dictionaries of an older project do not have are missing from its rows.
    """
    colonnes = [c for d in references.dictionnaires.values() for c in d.colonnes.values()]
    derivees = {nom: derivee.type for nom, derivee in DERIVEES.items()}
    du_logiciel = {nom: "code" for une in DIMENSIONS.values() for nom in (*une.colonnes, *une.aussi)}
    return {"demande_pseudonyme": "str", **du_logiciel, **derivees, **{c.nom: c.type for c in colonnes}}


def exiger_une_colonne(ou: Ecrit, cle: str, nom: str, types: Collection[str]) -> None:
    """Refuse a column that nobody knows."""
    exiger_parmi(ou, f"clé « {cle} » : colonne inconnue", nom, types, _OU_LIRE)
