"""Projet: what an analyst works with in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, SupportsIndex

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration import comptage, lignes
from cil_analysis.exploration.lignes import Annees, Projection
from cil_analysis.exploration.session import dire_le_projet, session
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.stockage import annees
from cil_analysis.grammaire.registre import registre
from cil_analysis.ouvrir import une_annee
from cil_analysis.projet import Projet as DossierDeProjet
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.suivi import suivis
from cil_analysis.rapport.usages import AXES, QuiSuggere
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.publication import publier_annee
from cil_analysis.secret.regles import regles_secret

if TYPE_CHECKING:
    import geopandas as gpd


# What cuts an indicator in several; the years and the zones beside the whole are of nearly all.
_COUPES = [axe for axe in AXES if axe not in ("annee", "ensemble_et_zone")]


class Projet(QuiSuggere):
    """Un projet, en tables de pandas et de geopandas.

    ``Projet()`` ouvre le plus proche, dans le dossier du carnet ou au-dessus ; ``Projet("exemple")`` en ouvre un autre.
    Après un import, faites-en un nouveau.

    Deux sortes de chiffres, à ne pas confondre :

    - ``rapport``, ``carte``, ``objectifs_suivis`` et ``compter`` : masqués, comme dans le bilan. Un chiffre masqué est
      vide, et son ``statut`` est « secret ».
    - ``attributions``, ``demandes``, ``extrait`` : une ligne est celle d’un ménage, sous pseudonyme au plus.
      **Usage interne** : ni ces lignes ni ce qui s’en calcule sans masque ne se montrent.

    >>> projet = Projet("exemple")  # doctest: +SKIP
    >>> projet.rapport()["O01"].par("commune").df  # doctest: +SKIP
    """

    def __init__(self, dossier: str | Path | None = None) -> None:
        self._projet: DossierDeProjet = ouvrir_projet(dossier)
        self._references = References(self._projet)
        self._bilans: dict[int, Rapport] = {}

    # --- The project ------------------------------------------------------------------------------------------------

    @property
    def dossier(self) -> Path:
        """Le dossier du projet."""
        return self._projet.racine

    @property
    def explorations(self) -> Path:
        """Le dossier de vos fichiers et de vos exports, fait quand on le demande ; il ne va jamais dans git."""
        self._projet.explorations.mkdir(mode=0o750, exist_ok=True)
        return self._projet.explorations

    @cached_property
    def annees(self) -> tuple[int, ...]:
        """Les années dont les attributions sont importées, la plus ancienne d’abord."""
        return tuple(annees(self._projet, "attributions"))

    @property
    def derniere_annee(self) -> int:
        """La dernière année importée. Lève ErreurCIL quand il n’y en a pas."""
        return lignes.annees_voulues(None, self.annees)[-1]

    # --- Published figures ------------------------------------------------------------------------------------------

    def rapport(self, annee: SupportsIndex | None = None) -> Rapport:
        """Le rapport d’une année (par défaut, la dernière importée) : celui des carnets du bilan, mêmes appels.

        >>> projet.rapport()["O01"].par("commune").barres("Premier quartile")  # doctest: +SKIP
        """
        demandee = self.derniere_annee if annee is None else une_annee(annee)
        (voulue,) = lignes.annees_voulues(demandee, self.annees)
        lu = self._bilan_de(voulue)
        return lu if voulue == lu.annee else replace(lu, publication=replace(lu.publication, annee=voulue))

    def carte(self, code: str, annee: SupportsIndex | None = None) -> Bloc:
        """La carte à explorer d’un indicateur publié par commune, masquée comme dans le bilan, sans réseau.

        Elle s’ouvre sur ``annee`` (par défaut, la dernière importée) et propose celles du même bilan.

        >>> projet.carte("O01")  # doctest: +SKIP
        """
        carte = self.rapport(annee)[code].par("commune").explorer()
        if not carte.html:
            raise ErreurCIL(f"{code} n’a aucun chiffre par commune : voir « par » dans projet.indicateurs().")
        return carte

    def objectifs_suivis(self, annee: SupportsIndex | None = None) -> pd.DataFrame:
        """Les chiffres publiés d’une année qui ont un objectif : un par ligne, les masqués vides.

        À côté des colonnes d’indicateurs.csv : « titre » (de l’indicateur), « pour » et « objectif », en mots.

        >>> projet.objectifs_suivis().query("resultat == 'non_atteint'")  # doctest: +SKIP
        """
        return suivis(self.rapport(annee))

    def indicateurs(self) -> pd.DataFrame:
        """Les indicateurs, un par ligne : code, titre, unite, formule, a_objectif, et ``par``, ce qui les coupe.

        >>> projet.indicateurs().query("a_objectif")  # doctest: +SKIP
        """
        rapport = self.rapport()
        return pd.DataFrame(
            {
                "code": i.code,
                "titre": i.titre,
                "unite": i.unite,
                "formule": i.formule,
                "a_objectif": i.a_objectif,
                "par": ", ".join(
                    axe for axe in _COUPES if (axe != "classe" or i.modalites) and len(rapport[i.code].par(axe))
                ),
            }
            for i in registre(self._references).indicateurs
        )

    def compter(self, table: pd.DataFrame, par: str | Sequence[str] = ()) -> pd.DataFrame:
        """Compter des lignes par une ou deux colonnes, avec secret statistique : ce qui peut se montrer.

        Les petits effectifs sont masqués par les règles de l’année (data/reference/parameters/secret.yml), et avec eux
        ce qui les rendrait par soustraction : dans ce tableau, et avec ceux que le carnet a déjà montrés des mêmes
        lignes. Le même comptage a toujours la même réponse ; un avertissement dit ce qu’un comptage précédent retient.
        Le bilan n’est pas compté parmi ce qui a été montré. Si le tableau est compté par une variable sensible, ou si
        toutes ses lignes la portent, son seuil vaut pour tout le tableau ; ailleurs, pour ce qui isole ces lignes.

        Args:
            table: des lignes de ``attributions``, ``demandes``…, filtrées ou non, avec leur index. Chaque année est
                comptée à part ; sans colonne ``annee``, elles le sont ensemble, par les règles de la dernière.
            par: une ou deux colonnes de classes ; rien pour le total.

        Returns:
            ``annee``, les colonnes de ``par``, ``effectif`` (``<NA>`` : masqué) et ``statut`` (« publie » ou
            « secret »). Les lignes « Ensemble » sont les totaux. Une classe sans ligne dans l’année n’y est pas.

        Raises:
            ErreurCIL: une colonne absente ou qui n’est pas de classes, des lignes qui ne se reconnaissent plus, ou un
                comptage dont rien ne peut être montré après ceux qui l’ont été.

        >>> projet.compter(projet.attributions(2022), ["commune_insee", "typologie"])  # doctest: +SKIP
        """
        colonnes = [par] if isinstance(par, str | int) else list(par or ())
        comptage.verifier(table, colonnes)
        annees = sorted(set(table["annee"])) if "annee" in table else [self.derniere_annee]
        regles = {int(a): regles_secret(self._references.parametres, int(a)) for a in annees}
        variables = frozenset[str]().union(*(r.variables_sensibles for r in regles.values()))
        nomenclatures = lignes.nomenclatures_des_colonnes(self._references)
        par_sensible = not lignes.codes_sensibles(nomenclatures, variables).keys().isdisjoint(colonnes)
        return comptage.compter(table, colonnes, regles, session(self.dossier), par_sensible=par_sensible)

    # --- Rows: internal use -----------------------------------------------------------------------------------------

    def attributions(
        self, annees: Annees = None, *, classes: bool = False, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """Les attributions : une ligne est un bail signé (**usage interne**).

        Args:
            annees: une année, plusieurs (une liste, ``range(…)``), ou rien pour toutes celles qui sont importées.
            classes: ajouter les classes des indicateurs (``quartile``, ``tranche_age``, ``situation_qpv``,
                ``est_prioritaire``…) et ``est_dans_le_champ``, si le bail compte pour les objectifs.
            libelles: mettre des libellés à la place des codes, en catégories dans l’ordre de la nomenclature, et le nom
                de la commune dans ``commune``.
            pseudonymes: garder ``demande_pseudonyme``, qui relie les extraits.

        Returns:
            ``annee``, puis les colonnes de docs/dictionnaire, dans les types de pandas : dates, ``Int64``,
            ``Float64``, ``boolean`` ; ce que le fichier ne donne pas est ``<NA>``. L’index, « ligne », est ce à quoi
            ``compter`` les reconnaît.

        Raises:
            ErreurCIL: une année qui n’est pas importée.
        """
        return self._lire("attributions", annees, classes, libelles, pseudonymes)

    def demandes(
        self, annees: Annees = None, *, classes: bool = False, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """Les demandes actives au 31 décembre, une par ligne (**usage interne**) ; voir :meth:`attributions`."""
        return self._lire("demandes", annees, classes, libelles, pseudonymes)

    def extrait(
        self, nom: str, annees: Annees = None, *, libelles: bool = False, pseudonymes: bool = False
    ) -> pd.DataFrame:
        """Les lignes d’un extrait, par son nom : « radiations », « parc »… ; voir :meth:`attributions`."""
        self._references.dictionnaires_de(nom)
        return self._lire(nom, annees, False, libelles, pseudonymes)

    # --- Reference data ---------------------------------------------------------------------------------------------

    def communes(self, crs: Projection = "lambert93", annee: int | None = None) -> gpd.GeoDataFrame:
        """Les communes membres au 31 décembre d’une année (par défaut, la dernière importée), avec leurs contours.

        Args:
            crs: « lambert93 » (EPSG:2154, en mètres : les surfaces sont vraies) ou « wgs84 » (EPSG:4326, en degrés).
            annee: l’année.

        Returns:
            Une ligne est une commune : ``code_insee`` (le ``code_commune`` des tables du rapport), ``nom``,
            ``logements_sociaux`` (``<NA>`` : à renseigner), ``a_un_qpv``, ``geometry``.

        Raises:
            ErreurCIL: une autre projection, ou une année où aucune commune n’était membre.
        """
        return lignes.communes(self._references.territoire, self._annee(annee), crs)

    # --- What a notebook shows and completes ------------------------------------------------------------------------

    def __repr__(self) -> str:
        return dire_le_projet(self._projet, store.journaux(self._projet))

    def __dir__(self) -> list[str]:
        return sorted(nom for nom in super().__dir__() if not nom.startswith("_") or nom.startswith("__"))

    def _annee(self, annee: int | None) -> int:
        if annee is not None:
            return une_annee(annee)
        return self.annees[-1] if self.annees else date.today().year

    def _bilan_de(self, annee: int) -> Rapport:
        """The bilan in which a year is read: the last that covers it, counted once.

        Figures of one year that two bilans protect apart could be told from one another.
        """
        dernier = self.annees[-1]
        while annee not in (bilan := self._bilan(dernier)).annees:
            dernier = max(a for a in self.annees if a < bilan.annees[0])
        return bilan

    def _bilan(self, annee: int) -> Rapport:
        if annee not in self._bilans:
            publication = publier_annee(self._references, annee)
            self._bilans[annee] = Rapport(self._references, publication)
        return self._bilans[annee]

    def _lire(self, extrait: str, annees: Annees, classes: bool, libelles: bool, pseudonymes: bool) -> pd.DataFrame:
        table = lignes.lire(self._references, extrait, annees, classes=classes, pseudonymes=pseudonymes)
        return lignes.libeller(table, self._references, extrait) if libelles else table
