-- The gestion en flux counted again from its definition alone. Variables: reference, traite (folders), departement.
-- `chiffres`: indicateur, annee, perimetre_type, perimetre_code ('' for the EPCI), acteur_type, acteur_code, modalite,
-- numerateur, denominateur. Rows without anything to count may be missing.

CREATE TABLE f AS
SELECT * FROM read_parquet(getvariable('traite') || '/flux/annee=*/part.parquet', hive_partitioning := true);
CREATE TABLE baux AS
SELECT annee, coalesce(reservataire, 'NR') AS reservataire, date_signature_bail::DATE AS jour
FROM read_parquet(getvariable('traite') || '/attributions/annee=*/part.parquet', hive_partitioning := true, union_by_name := true);

-- One total for each landlord and réservataire: the breakdown that fills the fewest columns; the others tell it again.
CREATE TABLE tables AS
SELECT *, row_number() OVER (
    PARTITION BY annee, bailleur, reservataire
    ORDER BY CASE v WHEN '' THEN 0 ELSE len(string_split(v, ';')) END, v
) AS rang
FROM (
    SELECT DISTINCT annee, bailleur, reservataire, coalesce(ventilation, '') AS v FROM f
    WHERE nb_proposes IS NOT NULL OR nb_attribues IS NOT NULL
);
CREATE TABLE choisies AS
SELECT d.code, d.colonne, t.annee, t.bailleur, t.reservataire,
    arg_min(v, rang) FILTER (WHERE list_contains(string_split(v, ';'), d.code)) AS v,
    arg_min(v, rang) AS total
FROM tables t, (VALUES ('', ''), ('TYPOLOGIE', 'typologie'), ('FINANCEMENT', 'financement'), ('PERIODE', 'periode_construction'),
                       ('QPV', 'zone'), ('COMMUNE', 'commune')) AS d(code, colonne)
GROUP BY ALL;
CREATE TABLE logements AS
SELECT
    c.colonne AS dimension, f.annee, f.bailleur, coalesce(f.reservataire, 'NR') AS reservataire,
    CASE WHEN c.v IS NULL THEN 'NR' ELSE coalesce(CASE c.code
        WHEN 'TYPOLOGIE' THEN typologie WHEN 'FINANCEMENT' THEN financement WHEN 'PERIODE' THEN periode_construction
        WHEN 'QPV' THEN CASE est_en_qpv WHEN true THEN 'QPV' WHEN false THEN 'HORS_QPV' END WHEN 'COMMUNE' THEN commune_insee
    END, 'NR') END AS classe,
    coalesce(nb_proposes, 0) AS p, coalesce(nb_attribues, 0) AS a
FROM f JOIN choisies c ON c.annee = f.annee AND c.bailleur IS NOT DISTINCT FROM f.bailleur
    AND c.reservataire IS NOT DISTINCT FROM f.reservataire AND coalesce(f.ventilation, '') = coalesce(c.v, c.total)
WHERE nb_proposes IS NOT NULL OR nb_attribues IS NOT NULL;

-- What a landlord says once, however many times it repeats it.
CREATE TABLE soustraits AS
SELECT annee, bailleur, coalesce(motif_soustraction, 'NR') AS motif, max(nb_soustraits) AS faits, max(nb_soustraits_prevus) AS prevus
FROM f WHERE nb_soustraits IS NOT NULL OR nb_soustraits_prevus IS NOT NULL GROUP BY ALL;
CREATE TABLE bases AS
SELECT annee, bailleur, l, m, s, floor(round(coalesce(b, l + m - s), 3) + 0.5) AS base
FROM (
    SELECT annee, bailleur, max(base_previsionnelle) AS b, max(nb_liberations_prevues) AS l, max(nb_mises_en_service_prevues) AS m
    FROM f GROUP BY ALL
) LEFT JOIN (SELECT annee, bailleur, sum(prevus) AS s FROM soustraits GROUP BY ALL) USING (annee, bailleur);
CREATE TABLE conventions AS
SELECT bailleur, reservataire, debut::DATE AS du, fin::DATE AS au, taux_pct::DOUBLE AS taux
FROM read_csv(getvariable('reference') || '/parameters/conventions_flux.csv', all_varchar := true)
WHERE departement = getvariable('departement');
CREATE TABLE quotas AS
WITH taux AS (
    SELECT annee, bailleur, reservataire, coalesce(any_value(c.taux), max(taux_flux_pct)) AS taux
    FROM (
        SELECT annee, bailleur, reservataire, taux_flux_pct FROM f
        UNION ALL SELECT annee, bailleur, reservataire, NULL FROM (SELECT DISTINCT annee FROM f), conventions
    ) LEFT JOIN conventions c USING (bailleur, reservataire)
    WHERE c.taux IS NULL OR (coalesce(du <= make_date(annee, 12, 31), true) AND coalesce(au >= make_date(annee, 12, 31), true))
    GROUP BY ALL
)
SELECT annee, bailleur, reservataire, base, floor(round(base * taux / 100, 3) + 0.5) AS quota
FROM taux JOIN bases USING (annee, bailleur) WHERE taux IS NOT NULL AND base IS NOT NULL;

CREATE TABLE totaux AS
SELECT annee, bailleur, reservataire, sum(p) AS p, sum(a) AS a FROM logements WHERE dimension = '' GROUP BY ALL;
-- A landlord and a réservataire, with what is proposed, allocated, reserved: each figure is a sum of these.
CREATE TABLE paires AS
SELECT annee, bailleur, reservataire, coalesce(p, 0) AS p, coalesce(a, 0) AS a, quota, base
FROM totaux FULL JOIN quotas USING (annee, bailleur, reservataire);

-- By the EPCI, by landlord, by réservataire, and by landlord and réservataire.
CREATE MACRO par_acteurs(_code, _n, _d, _quand) AS TABLE
SELECT _code AS indicateur, annee, 'epci' AS perimetre_type, '' AS perimetre_code,
    CASE WHEN b.b <> '' THEN 'bailleur' WHEN r.r <> '' THEN 'reservataire' ELSE '' END AS acteur_type,
    CASE WHEN b.b <> '' THEN b.b ELSE r.r END AS acteur_code, CASE WHEN b.b <> '' THEN r.r ELSE '' END AS modalite,
    sum(_n)::DOUBLE AS numerateur, sum(_d)::DOUBLE AS denominateur
FROM paires, unnest(['', bailleur]) AS b(b), unnest(['', reservataire]) AS r(r) WHERE _quand GROUP BY ALL;

CREATE TABLE chiffres AS
FROM par_acteurs('F01', p, NULL, true) WHERE modalite = ''
UNION ALL FROM par_acteurs('F02', a, NULL, true) WHERE modalite = ''
UNION ALL FROM par_acteurs('F03', a, p, true)
UNION ALL FROM par_acteurs('F04', quota, NULL, quota IS NOT NULL)
UNION ALL FROM par_acteurs('F05', a, quota, quota IS NOT NULL)
UNION ALL
SELECT 'F03' || CASE dimension WHEN 'typologie' THEN 'T' WHEN 'financement' THEN 'F' ELSE 'P' END, annee, 'epci', '',
    CASE r.r WHEN '' THEN '' ELSE 'reservataire' END, r.r, classe, sum(a), sum(p)
FROM logements, unnest(['', reservataire]) AS r(r)
WHERE dimension IN ('typologie', 'financement', 'periode_construction')
    -- What no landlord tells in the year is not known, and is no class « non renseigné ».
    AND (annee, dimension) IN (SELECT (annee, dimension) FROM logements WHERE classe <> 'NR')
GROUP BY ALL
UNION ALL
SELECT 'F03', annee, CASE WHEN dimension = 'commune' THEN 'commune' WHEN classe = 'QPV' THEN 'en_qpv' ELSE 'hors_qpv' END,
    CASE WHEN dimension = 'commune' THEN classe ELSE '' END,
    CASE r.r WHEN '' THEN '' ELSE 'reservataire' END, r.r, '', sum(a), sum(p)
FROM logements, unnest(['', reservataire]) AS r(r) WHERE dimension IN ('zone', 'commune') AND classe <> 'NR' GROUP BY ALL
UNION ALL
SELECT 'F06', annee, 'epci', '', CASE b.b WHEN '' THEN '' ELSE 'bailleur' END, b.b, reservataire, sum(a),
    (SELECT sum(t.a) FROM paires t WHERE t.annee = paires.annee AND b.b IN ('', t.bailleur))
FROM paires, unnest(['', bailleur]) AS b(b) GROUP BY ALL
UNION ALL
SELECT 'F07', annee, 'epci', '', CASE b.b WHEN '' THEN '' ELSE 'bailleur' END, b.b, reservataire, sum(quota), sum(base)
FROM paires, unnest(['', bailleur]) AS b(b) WHERE quota IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'F08', annee, 'epci', '', CASE b.b WHEN '' THEN '' ELSE 'bailleur' END, b.b, '', sum(base), NULL
FROM bases, unnest(['', bailleur]) AS b(b) WHERE base IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'F09', annee, 'epci', '', CASE b.b WHEN '' THEN '' ELSE 'bailleur' END, b.b, partie, sum(n), NULL
FROM (UNPIVOT (SELECT annee, bailleur, l AS LIBERATIONS, m AS MISES_EN_SERVICE, s AS SOUSTRAITS FROM bases)
      ON LIBERATIONS, MISES_EN_SERVICE, SOUSTRAITS INTO NAME partie VALUE n),
    unnest(['', bailleur]) AS b(b) GROUP BY ALL
UNION ALL
SELECT code, annee, 'epci', '', CASE b.b WHEN '' THEN '' ELSE 'bailleur' END, b.b, m.m, sum(n), NULL
FROM (SELECT 'F10' AS code, annee, bailleur, motif, faits AS n FROM soustraits
      UNION ALL SELECT 'F10P', annee, bailleur, motif, prevus FROM soustraits),
    unnest(['', bailleur]) AS b(b), unnest(['', motif]) AS m(m) WHERE b.b = '' OR m.m = '' GROUP BY ALL
UNION ALL
SELECT 'F11', annee, 'epci', '', CASE r.r WHEN '' THEN '' ELSE 'reservataire' END, r.r, 'T' || t.t, count(*), NULL
FROM baux, unnest(['', reservataire]) AS r(r), unnest([1, 2, 3, 4]) AS t(t) WHERE quarter(jour) <= t.t GROUP BY ALL
UNION ALL
SELECT 'F12', annee, 'epci', '', '', '', '', dayofyear(max(jour)), dayofyear(make_date(annee, 12, 31)) FROM baux GROUP BY annee;
