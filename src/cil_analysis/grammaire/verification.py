"""What definitions take from a project's reference data: code lists, columns, rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cil_analysis.grammaire.bloc import Bloc
from cil_analysis.grammaire.dimensions import DIMENSIONS, FAMILLES, MANQUE, NON, OUI, Dimension, dimension, mots_de
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, PRESENTES, TOUTES, Condition, Indicateur
from cil_analysis.grammaire.lecture import Theme
from cil_analysis.grammaire.noms_employes import admis, ecrits, exiger_une_dimension, proches
from cil_analysis.grammaire.registre import Registre
from cil_analysis.grammaire.vocabulaire import ATTENTE, COLONNES_D_EXTRAIT, COLONNES_DERIVEES, CONTEXTE, LISTES_DERIVEES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles

_OUI_NON = {"oui": (OUI, NON), "connu": ("connu", "inconnu")}
_NUMERIQUES = ("nombre", "entier", "DOUBLE")
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
        self._types = types_des_colonnes(references)
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
            bloc.refuser(f"clé « {cle} » : colonne « {nom} » inconnue", colonnes_proches(nom, self._types))
        if nombre and self._types[nom] not in _NUMERIQUES:
            bloc.refuser(f"clé « {cle} » : la colonne « {nom} » n’est pas un nombre", f"En choisir une. {_OU_LIRE}")


def types_des_colonnes(references: References) -> dict[str, str]:
    """The columns that a definition may read, and their types."""
    colonnes = [c for d in references.dictionnaires.values() for c in d.colonnes.values()]
    return {"demande_pseudonyme": "str", **COLONNES_DERIVEES, **{c.nom: c.type for c in colonnes}}


def colonnes_proches(nom: str, types: Collection[str]) -> str:
    """What may be written instead of a column that nobody knows."""
    return f"{admis(nom, types, 'Colonnes admises')}. {_OU_LIRE}" if proches(nom, types) else _OU_LIRE
