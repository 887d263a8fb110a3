-- The figures: the grid, with what was counted for each of its rows.
CREATE TABLE sommes AS
SELECT indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code, modalite, sum(n) AS n, sum(d) AS d
FROM termes GROUP BY ALL;

CREATE TABLE sans_objet AS
SELECT unnest(['O01', 'O04', 'O06', 'O09']) AS indicateur, annee, code_insee AS commune FROM parc WHERE logements = 0
UNION ALL
SELECT 'O02', annee, code FROM communes JOIN annees USING (annee)
WHERE code NOT IN (
    SELECT code_insee FROM quartiers_communes q JOIN quartiers ON quartiers.code = q.qpv_code WHERE en_vigueur(du, au, fin)
);

-- `parfois`: rows that may be left out, because they would say nothing: an absent column in the completeness or an
-- absent extract, « NR » for an actor where nobody counted lacks one, the stock of the EPCI when a member's is unknown.
CREATE TABLE chiffres AS
WITH comptes AS (
    SELECT
        g.*, coalesce(s.n, 0) AS n, coalesce(s.d, 0) + coalesce(toutes.d, 0) AS d, delai, len(absentes) = 0 AS calculable,
        list_has_any(sans_extrait, list_transform(absentes, lambda x: x[1])) AS population_absente,
        (indicateur, annee, perimetre_code) IN (SELECT (o.indicateur, o.annee, o.commune) FROM sans_objet o)
            AND perimetre_type = 'commune' AS est_sans_objet
    FROM grille g
    JOIN (
        SELECT annee, list_filter(['A', 'D', 'R', 'P'], lambda x: NOT list_contains(list(population), x)) AS sans_extrait
        FROM (SELECT DISTINCT annee, population FROM lignes) GROUP BY annee
    ) USING (annee)
    LEFT JOIN sommes s USING (indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code, modalite)
    LEFT JOIN (FROM sommes WHERE modalite = '*') toutes
        USING (indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code)
    LEFT JOIN delais USING (indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code, modalite)
)
SELECT
    indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code, modalite, unite,
    CASE
        WHEN est_sans_objet AND d = 0 THEN 'sans_objet'
        WHEN indicateur IN ('D09', 'D10') AND delai IS NULL THEN 'non_calculable'
        WHEN calculable AND (unite = 'nombre' OR d > 0) THEN 'publie'
        ELSE 'non_calculable'
    END AS statut,
    CASE
        WHEN unite NOT IN ('mois', 'points', 'eur') AND indicateur NOT IN ('D09', 'R13') AND (calculable OR statut = 'sans_objet') THEN n
    END AS numerateur,
    CASE WHEN unite <> 'nombre' AND (calculable OR statut = 'sans_objet') THEN d END AS denominateur,
    CASE WHEN statut = 'publie' THEN CASE CASE WHEN indicateur IN ('D09', 'R12', 'R13') THEN 'mois' ELSE unite END
        WHEN 'nombre' THEN n::DOUBLE WHEN 'mois' THEN delai WHEN 'points' THEN delai WHEN 'pct' THEN 100 * n::DOUBLE / d ELSE n::DOUBLE / d
    END END AS valeur,
    parfois
        OR indicateur IN ('Q01', 'Q01D', 'Q01R', 'Q01P') AND NOT calculable
        OR population_absente
        OR acteur_code = 'NR' AND CASE WHEN indicateur IN ('A01', 'A02') THEN n = 0 ELSE d = 0 END
        OR indicateur = 'T01R' AND perimetre_type = 'epci' AND statut = 'non_calculable' AS parfois
FROM comptes;
