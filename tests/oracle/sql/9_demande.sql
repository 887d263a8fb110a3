-- D: the requests as a file of their own, stock and flows, and the wait.
INSERT INTO termes
FROM compte('D01', ['epci', 'commune'], (d OR s) AND depot = 'ANNEE', true)
UNION ALL FROM compte('D01M', ['epci'], (d OR s) AND depot = 'ANNEE', true, _modalite := mois_depot)
UNION ALL FROM compte('D02', ['epci', 'commune'], s, true)
UNION ALL FROM compte('D02M', ['epci'], s, true, _modalite := mois_sortie)
UNION ALL FROM compte('D02A', ['epci'], s AND motif_radiation = 'RADATT', true, _modalite := mois_sortie)
UNION ALL FROM parts('D03', ['epci'], s, motif_radiation)
UNION ALL FROM compte('D04', ['epci'], d AND depot = 'AVANT', est_renouvelee)
UNION ALL FROM compte('D04M', ['epci'], d AND est_renouvelee, true, _modalite := mois_renouvellement);

-- A household may be in several publics: by its categories (a lapsed DALO counts for none), its DALO, its housing.
INSERT INTO termes
SELECT 'D05', annee, 'epci', getvariable('epci'), '', '', code, ligne, d::BIGINT, a::BIGINT
FROM lignes l CROSS JOIN nomenclatures public
WHERE public.liste = 'publics' AND (a OR d) AND (
    list_has_any(list_filter(l.categories, lambda x: NOT (x = 'DALO' AND l.est_caduc)), liste(public.categories, '|'))
    OR coalesce(list_contains(liste(statuts_dalo, '|'), statut_dalo), false)
    OR coalesce(list_contains(liste(logements_actuels, '|'), logement_actuel), false));

INSERT INTO termes
FROM compte('D06', ['epci'], d, true, _d := false, _modalite := origine)
UNION ALL FROM compte('D06', ['epci'], a, false, _modalite := origine)
UNION ALL FROM parts('D07', ['commune'], d AND annee = (SELECT max(k.annee) FROM annees k), origine)
UNION ALL
SELECT 'D07R', annee, 'commune', origine, '', '', '', ligne, (commune_insee = origine)::BIGINT, 1
FROM lignes WHERE d AND origine NOT IN ('HORS_EPCI', 'NR')
UNION ALL
SELECT 'D07R', annee, 'epci', getvariable('epci'), '', '', '', ligne, (commune_insee = origine)::BIGINT, 1
FROM lignes WHERE d AND origine NOT IN ('HORS_EPCI', 'NR')
UNION ALL FROM parts('D08', ['epci'], a AND delai_mois IS NOT NULL, delai_en_annees)
UNION ALL FROM compte('D09', ['epci'], d OR s, false, _modalite := '*')
UNION ALL FROM compte('D10', ['epci'], d OR s, false)
UNION ALL FROM compte('D12', ['epci'], d OR s, true);

INSERT INTO termes
WITH delais_anormaux AS (
    SELECT annee, parametre('fichier_departemental', 'delai_anormalement_long', fin)[1]::DOUBLE AS seuil FROM annees
)
SELECT
    'D11', l.annee, perimetre_type, perimetre_code, '', '', '', ligne,
    coalesce(date_diff('month', date_depot_demande, make_date(l.annee, 12, 31)) >= seuil, false)::BIGINT, 1
FROM par_lieu l JOIN delais_anormaux USING (annee) WHERE d AND perimetre_type IN ('epci', 'commune')
UNION ALL
SELECT 'D11A', annee, 'epci', getvariable('epci'), '', '', '', ligne, (delai_mois >= seuil)::BIGINT, 1
FROM lignes JOIN delais_anormaux USING (annee) WHERE a AND delai_mois IS NOT NULL;

-- The wait: at each number of days at which somebody is housed, n wait and d of them are housed.
CREATE TABLE vues AS
WITH bornes AS (
    SELECT *, make_date(annee - 1, 12, 31) AS veille, date_depot_demande::DATE AS depose,
        CASE WHEN d THEN make_date(annee, 12, 31)
            WHEN motif_radiation = 'RADATT' AND date_signature_bail::DATE > make_date(annee - 1, 12, 31)
                AND date_signature_bail <= date_radiation THEN date_signature_bail::DATE
            ELSE date_radiation::DATE END AS dernier
    FROM lignes WHERE d OR s
)
SELECT annee, greatest(veille - depose, -1) AS debut, dernier - depose AS fin, s AND motif_radiation = 'RADATT' AS est_loge
FROM bornes WHERE dernier >= depose;
CREATE TABLE marches AS
WITH loges AS (SELECT annee, fin AS jours, count(*) AS d FROM vues WHERE est_loge GROUP BY ALL),
presents AS (
    SELECT l.annee, jours, any_value(d) AS d, count(*) AS n
    FROM loges l JOIN vues v ON v.annee = l.annee AND v.debut < jours AND v.fin >= jours GROUP BY l.annee, jours
)
SELECT
    annee, jours, n, product(1 - d::DOUBLE / n) OVER (PARTITION BY annee ORDER BY jours) AS part,
    min(n) OVER (PARTITION BY annee ORDER BY jours) AS n_minimal
FROM presents;
CREATE TABLE minima AS
SELECT annee, coalesce(parametre('fichier_departemental', 'attente_minimale', fin)[1]::DOUBLE, 1) AS minimum FROM annees;

INSERT INTO delais
WITH durees AS (SELECT code, minimum * 30.4375 AS jours FROM nomenclatures WHERE liste = 'durees_attente')
SELECT 'D09', annee, 'epci', getvariable('epci'), '', '', code, 100 * coalesce(
    (SELECT arg_max(part, m.jours) FROM marches m WHERE m.annee = a.annee AND m.jours <= durees.jours), 1)
FROM annees a JOIN minima USING (annee), durees
WHERE ((SELECT max(fin) FROM vues v WHERE v.annee = a.annee) >= durees.jours
        OR (SELECT min(part) FROM marches m WHERE m.annee = a.annee) = 0)
    AND coalesce((SELECT min(n) FROM marches m WHERE m.annee = a.annee AND m.jours <= durees.jours), minimum) >= minimum
UNION ALL
SELECT 'D10', annee, 'epci', getvariable('epci'), '', '', '', round(min(jours) / 30.4375, 1)
FROM marches JOIN minima USING (annee) WHERE part <= 0.5 + 1e-12
GROUP BY annee, minimum HAVING arg_min(n_minimal, jours) >= minimum;
