"""Projet: what an analyst works with in a notebook."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, SupportsIndex

import pandas as pd

from cil_analysis.disclosure.rules import regles_secret
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration import affichage, chiffres, comptage, lignes, territoire
from cil_analysis.exploration.chiffres import Par
from cil_analysis.exploration.lignes import Annees
from cil_analysis.exploration.territoire import Projection
from cil_analysis.extracts import store
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.project import Projet as DossierDeProjet
from cil_analysis.project import ouvrir_projet
from cil_analysis.rapport import Rapport
from cil_analysis.reference.ensemble import References
from cil_analysis.typographie import typographie

if TYPE_CHECKING:
    import geopandas as gpd


class VersionInterne(UserWarning):
    """Figures without disclosure control were asked for."""


class Projet:
    """A project, as pandas and geopandas objects.

    ``Projet()`` opens the nearest one, at or above the folder of the notebook; ``Projet("exemple")`` another. What it
    gives is read once: make another ``Projet`` after an import.

    Two kinds of figures, not to be mixed up:

    - ``attributions``, ``demandes``, ``radiations``, ``propositions``, ``extrait``: one row is one household's, under
      a pseudonym at most. **Usage interne**: neither these rows nor what is counted from them without a mask is shown.
    - ``indicateur`` and ``compter``: masked figures, as in the bilan; a masked one is ``<NA>`` and its ``statut`` is
      « secret ».

    >>> projet = Projet("exemple")  # doctest: +SKIP
    >>> projet.indicateur("O01", par="commune", annee=projet.derniere_annee)  # doctest: +SKIP
    """

    def __init__(self, dossier: str | Path | None = None) -> None:
        self._projet: DossierDeProjet = ouvrir_projet(dossier)
        self._references = References(self._projet)

    # --- The project ------------------------------------------------------------------------------------------------

    @property
    def dossier(self) -> Path:
        """The folder of the project."""
        return self._projet.racine

    @property
    def explorations(self) -> Path:
        """The folder of the analyst's own files and exports, made when it is asked for; never committed."""
        self._projet.explorations.mkdir(mode=0o750, exist_ok=True)
        return self._projet.explorations

    @cached_property
    def annees(self) -> tuple[int, ...]:
        """The years whose allocations were imported, oldest first."""
        return tuple(store.annees(self._projet, "attributions"))

    @property
    def derniere_annee(self) -> int:
        """The last year imported. Raises ErreurCIL when there is none."""
        return lignes.annees_voulues(None, self.annees)[-1]

    # --- Rows: internal use -----------------------------------------------------------------------------------------

    def attributions(
        self, annees: Annees = None, *, classes: bool = False, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """The allocations: one row is one signed lease (**usage interne**).

        Args:
            annees: a year, several (a list, ``range(…)``), or nothing for all those imported.
            classes: add the classes that indicators count by (``quartile``, ``tranche_age``, ``situation_qpv``,
                ``est_prioritaire``…) and ``est_dans_le_champ``, whether the lease counts for the objectives.
            libelles: give French labels in the place of codes, as categories in the order of the nomenclature, and the
                name of the commune in ``commune``.
            pseudonymes: keep ``demande_pseudonyme``, which links the extracts.

        Returns:
            ``annee``, then the columns of docs/dictionnaire.md, with pandas types: dates, ``Int64``, ``Float64``,
            ``boolean``; what the file did not give is ``<NA>``.

        Raises:
            ErreurCIL: a year that was not imported.
        """
        return self._lire("attributions", annees, classes, libelles, pseudonymes)

    def demandes(
        self, annees: Annees = None, *, classes: bool = False, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """The requests: one row is one that is active on 31 December. **Usage interne.** See :meth:`attributions`."""
        return self._lire("demandes", annees, classes, libelles, pseudonymes)

    def radiations(self, annees: Annees = None, *, libelles: bool = False, pseudonymes: bool = False) -> pd.DataFrame:
        """The requests struck off: one row is one. **Usage interne.** See :meth:`attributions`."""
        return self._lire("radiations", annees, False, libelles, pseudonymes)

    def propositions(self, annees: Annees = None, *, libelles: bool = False, pseudonymes: bool = False) -> pd.DataFrame:
        """The proposals of the allocation committees: one row is one. **Usage interne.** See :meth:`attributions`."""
        return self._lire("propositions", annees, False, libelles, pseudonymes)

    def extrait(
        self, nom: str, annees: Annees = None, *, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """The rows of any extract, by its name: « parc », « occupation », « flux »… See :meth:`attributions`."""
        self._references.dictionnaires_de(nom)
        return self._lire(nom, annees, False, libelles, pseudonymes)

    def compter(self, table: pd.DataFrame, par: str | Sequence[str] = ()) -> pd.DataFrame:
        """Count rows by one or two columns, masked: what may be shown.

        Small counts are masked by the rules of the year (data/reference/parameters/secret.yml), and so is whatever
        would give them back by subtraction from the totals of this table. The table is protected alone: next to the
        bilan, or to another table of the same households cut otherwise, it may give a masked count back. Show one,
        not ten. When the table bears on a sensitive variable, the stricter threshold holds everywhere in it.

        Args:
            table: rows of :meth:`attributions`, :meth:`demandes`…, filtered or not. Each year is counted apart;
                without a column ``annee`` they are counted together, by the rules of the last year.
            par: one or two columns of classes; nothing for the total.

        Returns:
            ``annee``, the columns of ``par``, ``effectif`` (``<NA>`` when masked) and ``statut`` (« publie » or
            « secret »). The rows « Ensemble » are the totals. A class without rows in the year is not listed.

        Raises:
            ErreurCIL: a column that is not there or is no class, or too few rows for anything to be shown.
        """
        if not isinstance(table, pd.DataFrame):
            raise ErreurCIL(
                "« compter » attend un tableau de lignes, comme celui de projet.attributions(), et non une colonne : "
                "nommez la colonne à compter avec « par »."
            )
        colonnes = [par] if isinstance(par, str) else list(par)
        if len(colonnes) > 2 or len(set(colonnes)) < len(colonnes) or "annee" in colonnes:
            raise ErreurCIL(
                "« par » prend une ou deux colonnes différentes, et les années sont déjà comptées à part : écrivez "
                'par="commune_insee" par exemple.'
            )
        for colonne in colonnes:
            if colonne not in table:
                raise ErreurCIL(
                    f"La colonne « {colonne} » n’est pas dans le tableau. Possibles : {', '.join(table.columns)}."
                )
        annees = sorted(set(table["annee"])) if "annee" in table else [self.derniere_annee]
        nomenclatures = lignes.nomenclatures_des_colonnes(self._references)
        regles = {int(a): regles_secret(self._references.parametres, int(a)) for a in annees}
        regles = {a: comptage.sensibilite(table, colonnes, nomenclatures, r) for a, r in regles.items()}
        return comptage.compter(table, colonnes, regles)

    # --- Published figures ------------------------------------------------------------------------------------------

    def indicateur(
        self,
        code: str,
        par: Par | None = None,
        annee: SupportsIndex | None = None,
        annees: Annees = None,
        interne: bool = False,
    ) -> pd.DataFrame:
        """The figures of an indicator, masked as in the bilan. ``projet["O01"]`` is ``projet.indicateur("O01")``.

        Args:
            code: see :meth:`indicateurs`; capitals or not.
            par: « commune », « qpv », « bailleur », « reservataire » or « modalite » (the classes) for a row each;
                « en_qpv » or « hors_qpv » for what is inside or outside; « epci », or nothing, for the whole.
            annee: one year.
            annees: several years; without either, all those imported.
            interne: figures without disclosure control, not to be shown; a warning says so.

        Returns:
            One row is one figure: ``annee``, code and name of what it is about (``code_insee``, ``commune``;
            ``code_bailleur``, ``bailleur``; ``code_modalite``, ``modalite``…), ``numerateur``, ``denominateur``,
            ``valeur`` (a percentage is from 0 to 100), ``unite``, ``statut`` (publie, secret, non_calculable,
            sans_objet), then what objectives say: ``cible``, ``sens``, ``ecart`` (points), ``menages_manquants``,
            ``resultat``.

        Raises:
            ErreurCIL: no such indicator, a year that was not imported, or an indicator that is not published that way.
        """
        code = code.upper()
        chiffres.verifier(self._bilans, code, par)
        if annee is not None and annees is not None:
            raise ErreurCIL("Donnez « annee » ou « annees », pas les deux.")
        voulues = lignes.annees_voulues(annees if annee is None else annee, self.annees)
        if interne:
            message = "Version interne : secret statistique non appliqué, ne pas diffuser."
            warnings.warn(typographie(message), VersionInterne, stacklevel=2)
        return chiffres.lire_indicateur(self._bilans, code, par, voulues, interne=interne)

    def carte(self, code: str, annee: SupportsIndex | None = None) -> Bloc:
        """La carte à explorer d’un indicateur publié par commune, masquée comme dans le bilan, sans réseau.

        Elle s’ouvre sur ``annee`` (par défaut, la dernière importée) et propose celles du même bilan.

        >>> projet.carte("O01")  # doctest: +SKIP
        """
        code = code.upper()
        chiffres.verifier(self._bilans, code, "commune")
        (voulue,) = lignes.annees_voulues(self.derniere_annee if annee is None else annee, self.annees)
        lu = self._bilans.de(voulue)
        rapport = Rapport(lu.projet, lu.references, replace(lu.publication, annee=voulue))
        return rapport[code].par("commune").explorer()

    def indicateurs(self) -> pd.DataFrame:
        """One row is one indicator: code, titre, unite, formule, a_objectif, and ``par``, the ways it is published."""
        return chiffres.decrire(self._bilans, self.derniere_annee)

    def __getitem__(self, code: str) -> pd.DataFrame:
        return self.indicateur(code)

    @cached_property
    def _bilans(self) -> chiffres.Bilans:
        return chiffres.Bilans(self._projet, self._references, self.annees)

    # --- Reference data ---------------------------------------------------------------------------------------------

    def communes(self, crs: Projection = "lambert93", annee: int | None = None) -> gpd.GeoDataFrame:
        """The member communes on 31 December of a year (by default the last imported), with their boundaries.

        Args:
            crs: « lambert93 » (EPSG:2154, in metres: lengths and areas are true) or « wgs84 » (EPSG:4326, in degrees).
            annee: the year.

        Returns:
            One row is one commune: ``code_insee``, ``nom``, ``logements_sociaux`` (``<NA>``: à renseigner),
            ``a_un_qpv``, ``geometry``. It joins what ``indicateur(…, par="commune")`` gives on ``code_insee``.

        Raises:
            ErreurCIL: another projection, or a year in which no commune was a member.
        """
        return territoire.communes(self._references.territoire, self._annee(annee), crs)

    def qpv(self, annee: int | None = None) -> pd.DataFrame:
        """The QPV in force on 31 December of a year: ``code_qpv``, ``nom``, ``communes_insee``, ``communes``."""
        return territoire.qpv(self._references.territoire, self._annee(annee))

    def objectifs(self) -> pd.DataFrame:
        """The objectives of the law and of the CIA; ``valeur`` is missing where it is « à renseigner »."""
        return self._references.objectifs.copy()

    def seuils(self) -> pd.DataFrame:
        """The thresholds of the quartiles, in euros a year per UC: one row is one imported year (q1, q2, q3)."""
        parametres = self._references.parametres
        rangs = ("q1", "q2", "q3")
        return pd.DataFrame(
            {"annee": a, **{q: parametres[f"seuils_quartiles.{q}"].valeur(date(a, 12, 31)) for q in rangs}}
            for a in self.annees
        ).astype(dict.fromkeys(rangs, "Float64"))

    def nomenclature(self, nom: str) -> pd.DataFrame:
        """A list of codes: code, libelle, groupe… Raises ErreurCIL for an unknown name, and says which there are."""
        if nom not in self._references.nomenclatures:
            connues = ", ".join(self._references.nomenclatures)
            raise ErreurCIL(f"La nomenclature « {nom} » n’existe pas. Nomenclatures connues : {connues}.")
        return self._references.nomenclatures[nom].table.copy()

    # --- What a notebook shows and completes ------------------------------------------------------------------------

    def __repr__(self) -> str:
        return affichage.phrase(self._projet, store.journaux(self._projet))

    def _repr_html_(self) -> str:
        return affichage.tableau(self._projet, store.journaux(self._projet))

    def __dir__(self) -> list[str]:
        return sorted(nom for nom in super().__dir__() if not nom.startswith("_") or nom.startswith("__"))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._bilans.registre.par_code)

    def _annee(self, annee: int | None) -> int:
        return annee or (self.annees[-1] if self.annees else date.today().year)

    def _lire(self, extrait: str, annees: Annees, classes: bool, libelles: bool, pseudonymes: bool) -> pd.DataFrame:
        classees = {"attributions": lignes.attributions_classees, "demandes": lignes.demandes_classees}

        def lire_une(annee: int) -> pd.DataFrame:
            if classes:
                return classees[extrait](self._projet, self._references, annee)
            return store.lire(self._projet, extrait, annee)

        table = lignes.lire(self._projet, extrait, annees, lire_une, pseudonymes=pseudonymes)
        return lignes.libeller(table, self._references, extrait) if libelles else table
