"""What definitions take from a project's reference data: code lists, columns, and the SQL that reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NoReturn

import duckdb
import pandas as pd

from cil_analysis.comptage.base import CONTEXTE, Base
from cil_analysis.comptage.bloc_yaml import Bloc
from cil_analysis.comptage.cadre import NON_RENSEIGNE, PRESENTES, TOUTES, Condition, Indicateur
from cil_analysis.comptage.dimensions import DIMENSIONS, FAMILLES, MANQUE, NON, OUI, Dimension, dimension, mots_de
from cil_analysis.comptage.lecture import Theme
from cil_analysis.comptage.noms_employes import admis, ecrits, exiger_une_dimension, proches
from cil_analysis.comptage.registre import Registre
from cil_analysis.comptage.regles import parametres_des_regles
from cil_analysis.comptage.vocabulaire import ATTENTE, COLONNES_D_EXTRAIT, COLONNES_DERIVEES, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References

_OUI_NON = {"oui": (OUI, NON), "connu": ("connu", "inconnu")}
_NUMERIQUES = ("nombre", "entier", "DOUBLE")
# The population without a row that the SQL is tried on.
_ESSAI = "essai"
_INCONNUE = re.compile(r'Referenced column "(\w+)" not found')
# Of every row: nobody says that they are read.
_TOUJOURS = frozenset({"commune_insee", *CONTEXTE.names})
_OU_LIRE = "Voir les colonnes dans docs/dictionnaire.md"


def exiger_les_definitions(
    themes: Iterable[Theme], dimensions: Collection[Dimension], registre: Registre, references: References
) -> None:
    """Check what definitions of a registre, all or some, ask of the reference data of a project.

    Raises ErreurCIL naming the file, the block, the key, and what may be written instead.
    """
    verification = _Verification(registre, references)
    for une in dimensions:
        verification.de_la_dimension(une)
    verification.du_sql(dimensions)
    for theme in themes:
        for indicateur in ecrits(theme):
            verification.de_l_indicateur(Bloc(theme.fichier, indicateur.code, {}), indicateur)


class _Verification:
    """The definitions of a registre beside the reference data of a project."""

    def __init__(self, registre: Registre, references: References) -> None:
        self._dimensions, self._listes = registre.dimensions, references.nomenclatures
        self._regles = frozenset(parametres_des_regles(references))
        colonnes = [c for d in references.dictionnaires.values() for c in d.colonnes.values()]
        self._stockees = {c.nom: c.type for c in colonnes}
        self._types = {"demande_pseudonyme": "str", **COLONNES_DERIVEES, **self._stockees}
        self._listes_des_colonnes = {c.nom: c.nomenclature for c in colonnes if c.nomenclature}

    def de_la_dimension(self, une: Dimension) -> None:
        """Its columns and its code lists."""
        bloc = Bloc(une.fichier, une.nom, {})
        if une.nom in self._types and une.expression != une.nom and une.nom not in DIMENSIONS:
            bloc.refuser("une colonne a ce nom", f"En choisir un autre, tel que x_{une.nom}")
        for cle, nom in (("liste", une.liste), ("bornes", une.bornes), ("codes", une.codes)):
            if nom and nom not in self._listes:
                bloc.refuser(f"clé « {cle} » : liste « {nom} » inconnue", admis(nom, self._listes, "Listes admises"))
        sienne = self._listes_des_colonnes.get(une.expression, "")
        if une.forme == "colonne" and une.nom not in DIMENSIONS and une.liste != sienne:
            bloc.refuser(
                f"clé « liste » : ce n’est pas celle de la colonne « {une.expression} »", f"Écrire « {sienne} »"
            )
        if une.bornes and "minimum" not in self._listes[une.bornes].table:
            bloc.refuser(
                f"clé « bornes » : la liste « {une.bornes} » n’a pas de bornes", "Lui donner minimum et maximum"
            )
        if une.forme in ("colonne", "code"):
            self._exiger_une_colonne(bloc, une.forme, une.expression)
        for cle, noms in (("colonnes", une.colonnes), ("aussi", une.aussi), ("muette", une.muettes)):
            for nom in noms:
                self._exiger_une_colonne(bloc, cle, nom)
        lues = mots_de(une.expression) & self._stockees.keys()
        for nom in sorted(lues - {*une.colonnes, *une.aussi, une.selon} - _TOUJOURS) if une.forme != "colonne" else ():
            bloc.refuser(
                f"clé « {une.forme} » : la colonne « {nom} » est lue sans être dite",
                "L’ajouter à « colonnes » si l’on ne sait rien sans elle, à « aussi » sinon",
            )

    def du_sql(self, dimensions: Collection[Dimension]) -> None:
        """What the base does not understand, and what gives something else than a class."""
        vide = pd.DataFrame({"commune_insee": pd.Series(dtype="str")})
        base = Base([{"exercice": 0}], [{_ESSAI: vide}], self._listes, self._types, self._dimensions)
        try:
            types = base.types(_ESSAI, [une.nom for une in dimensions])
        except duckdb.Error:  # Of all together; by one, it is known whose it is.
            types = {une.nom: self._type(base, une) for une in dimensions}
        for une in dimensions:
            if types[une.nom] not in ("VARCHAR", '"NULL"'):
                bloc = Bloc(une.fichier, une.nom, {})
                bloc.refuser(f"clé « {une.forme} » : ce n’est pas un texte", "Écrire les classes entre apostrophes")
            try:
                if une.muettes:
                    base.muettes(_ESSAI, une)
            except duckdb.Error as erreur:
                self._refuser_le_sql(une, "muette", erreur)

    def _type(self, base: Base, une: Dimension) -> str:
        try:
            return base.types(_ESSAI, [une.nom])[une.nom]
        except duckdb.Error as erreur:
            self._refuser_le_sql(une, une.forme, erreur)

    def _refuser_le_sql(self, une: Dimension, cle: str, erreur: duckdb.Error) -> NoReturn:
        bloc, trouvee = Bloc(une.fichier, une.nom, {}), _INCONNUE.search(str(erreur))
        if trouvee and trouvee[1] not in self._types:
            bloc.refuser(f"clé « {cle} » : colonne « {trouvee[1]} » inconnue", self._a_la_place(trouvee[1]))
        bloc.refuser(
            f"clé « {cle} » : DuckDB ne comprend pas cette expression", "La corriger, ou l’essayer dans DuckDB"
        )

    def de_l_indicateur(self, bloc: Bloc, indicateur: Indicateur) -> None:
        """Its classes, its code list, its column and its rules."""
        compte, reunion = indicateur.compte, indicateur.compte.reunion
        for cle, paires in (
            ("champ", compte.champ), ("champ_bailleur", compte.champ_bailleur), ("public", compte.public),
            ("reunion", tuple((reunion.dimension, classe) for classe in reunion.valeurs) if reunion else ()),
            ("reunion, avec", (reunion.avec,) if reunion and reunion.avec else ()),
        ):  # fmt: skip
            self._exiger_les_classes(bloc, cle, paires)
        liste, connues = indicateur.modalites, {*self._listes, *LISTES_DERIVEES}
        if liste and liste not in connues and not liste.startswith(COLONNES_D_EXTRAIT):
            bloc.refuser(f"clé « liste » : liste « {liste} » inconnue", admis(liste, connues, "Listes admises"))
        for ventilation in indicateur.ventilations:
            self._exiger_les_codes(bloc, indicateur, ventilation.modalites)
        for cle, population in (("lignes", compte.population), ("rapporte_a", compte.rapporte_a)):
            for mesure in (p.partition(":")[2] for p in population.split("+")):
                if mesure:
                    self._exiger_une_colonne(bloc, cle, mesure)
        colonne, statistique = compte.mesure
        if colonne:
            self._exiger_une_colonne(bloc, "mesure", colonne, nombre=statistique != ATTENTE)
        for code in indicateur.regles:
            if code not in self._regles:
                bloc.refuser(f"clé « regles » : règle « {code} » inconnue", admis(code, self._regles, "Règles admises"))

    def _exiger_les_codes(self, bloc: Bloc, indicateur: Indicateur, codes: tuple[str, ...]) -> None:
        """The classes that a row of « par » lists, or those of the list when it has them all."""
        compte = indicateur.compte
        if not codes or compte.axe == MANQUE or compte.duree:
            return
        if not compte.axe or (codes in (TOUTES, PRESENTES) and not indicateur.modalites):
            bloc.refuser(
                "clé « par » : on ne sait pas de quelles classes", "Écrire « classes » et, au besoin, « liste »"
            )
        if compte.drapeaux:
            liste = self._listes[indicateur.modalites].codes(None) if codes in (TOUTES, PRESENTES) else codes
            self._exiger_les_classes(bloc, "classes", [(f"{compte.axe}_{code}", OUI) for code in liste])
        elif codes not in (TOUTES, PRESENTES):
            self._exiger_les_classes(bloc, "par", [(compte.axe, code) for code in codes])

    def _exiger_les_classes(self, bloc: Bloc, cle: str, paires: Iterable[Condition]) -> None:
        for nom, classe in paires:
            exiger_une_dimension(bloc, cle, nom, self._dimensions)
            une = self._dimension(bloc, cle, nom)
            connues = self._classes(une)
            if connues is not None and classe not in connues:
                bloc.refuser(
                    f"clé « {cle} » : « {classe} » n’est pas une classe de « {nom} »",
                    admis(classe, connues, "Classes admises"),
                )

    def _dimension(self, bloc: Bloc, cle: str, nom: str) -> Dimension:
        genre, _, reste = nom.partition("_")
        if nom not in self._dimensions and genre == MANQUE:
            self._exiger_une_colonne(bloc, cle, reste)
        if nom not in self._dimensions and genre in FAMILLES and genre != MANQUE:
            publics = self._listes[f"{genre}s"].codes(None)
            if reste not in publics:
                bloc.refuser(f"clé « {cle} » : public « {reste} » inconnu", admis(reste, publics, "Publics admis"))
        return dimension(nom, self._listes, self._dimensions)

    def _classes(self, une: Dimension) -> Collection[str] | None:
        """The classes that a dimension may give; None when it may be any, such as a commune."""
        if une.forme in _OUI_NON:
            return _OUI_NON[une.forme]
        liste = une.liste or une.bornes or self._listes_des_colonnes.get(une.expression, "")
        codes = self._listes[liste].codes(None) if liste and not (une.classes and not une.liste) else []
        return {**dict.fromkeys([*codes, *une.classes, NON_RENSEIGNE])} if codes or une.classes else None

    def _exiger_une_colonne(self, bloc: Bloc, cle: str, nom: str, *, nombre: bool = False) -> None:
        if nom not in self._types:
            bloc.refuser(f"clé « {cle} » : colonne « {nom} » inconnue", self._a_la_place(nom))
        if nombre and self._types[nom] not in _NUMERIQUES:
            bloc.refuser(f"clé « {cle} » : la colonne « {nom} » n’est pas un nombre", f"En choisir une. {_OU_LIRE}")

    def _a_la_place(self, nom: str) -> str:
        return f"{admis(nom, self._types, 'Colonnes admises')}. {_OU_LIRE}" if proches(nom, self._types) else _OU_LIRE
