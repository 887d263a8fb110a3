-- C: scores beside allocations. `scores` comes from cotation_a_part.py: it is counted outside SQL, one row at a time.
-- The k-th decile: the smallest score that k tenths of the requests at least do not exceed.
CREATE TABLE seuils_des_scores AS
SELECT annee, list_transform(range(1, 10), lambda k: tries[((k * len(tries) + 9) // 10)::BIGINT]) AS seuils,
    CASE WHEN len(simules) > 0 THEN list_transform(range(1, 10), lambda k: simules[((k * len(simules) + 9) // 10)::BIGINT]) END AS seuils_simules
FROM (
    SELECT s.annee, list(score ORDER BY score) FILTER (score IS NOT NULL) AS tries,
        coalesce(list(simule ORDER BY simule) FILTER (simule IS NOT NULL), []) AS simules
    FROM scores s JOIN lignes USING (ligne) WHERE s.population = 'D' GROUP BY s.annee
)
WHERE len(tries) > 0;
CREATE MACRO decile(_score, _seuils) AS
    CASE WHEN _score IS NOT NULL AND _seuils IS NOT NULL THEN 1 + len(list_filter(_seuils, lambda s: s < _score)) END;
CREATE MACRO rang(_decile, _annee) AS CASE
    WHEN _decile IS NULL THEN 'NR'
    WHEN _decile <= parametre('cotation', 'deciles_bas', make_date(_annee, 12, 31))[1]::INTEGER THEN 'BAS'
    WHEN _decile > 10 - parametre('cotation', 'deciles_hauts', make_date(_annee, 12, 31))[1]::INTEGER THEN 'HAUT'
    ELSE 'MILIEU'
END;
CREATE TABLE tranches_des_scores AS
SELECT DISTINCT s.score, t.code
FROM scores s
JOIN read_csv(getvariable('reference') || '/nomenclatures/tranches_score.csv', all_varchar := true) t
    ON coalesce(t.minimum::DOUBLE <= s.score, true) AND coalesce(t.maximum::DOUBLE >= s.score, true);

-- One row is a row of `lignes`, with what its score makes of it. A proposal has the highest score of its household.
CREATE TABLE notees AS
WITH des_menages AS (
    SELECT l.annee, l.demande_pseudonyme, max(score) AS score
    FROM scores s JOIN lignes l USING (ligne) WHERE l.demande_pseudonyme IS NOT NULL GROUP BY ALL
),
tous AS (
    SELECT l.*, s.origine AS origine_du_score, s.score, s.simule, s.groupe, coalesce(s.moment, 'NR') AS moment
    FROM lignes l JOIN scores s USING (ligne)
    UNION ALL BY NAME
    SELECT l.*, m.score FROM lignes l LEFT JOIN des_menages m USING (annee, demande_pseudonyme) WHERE l.p
)
SELECT
    t.*, coalesce(k.code, 'NR') AS tranche_score, decile(t.score, seuils) AS decile_score, rang(decile_score, t.annee) AS rang_score,
    sign(decile(simule, seuils_simules) - decile_score) AS pente
FROM tous t LEFT JOIN seuils_des_scores USING (annee) LEFT JOIN tranches_des_scores k ON k.score = t.score;
ALTER TABLE notees ADD COLUMN evolution VARCHAR;
UPDATE notees SET evolution = CASE pente WHEN 1 THEN 'HAUSSE' WHEN 0 THEN 'STABLE' WHEN -1 THEN 'BAISSE' ELSE 'NR' END;
CREATE TABLE publics_des_notees AS
SELECT n.ligne, public.code
FROM notees n CROSS JOIN nomenclatures public
WHERE public.liste = 'publics' AND (
    list_has_any(list_filter(n.categories, lambda x: NOT (x = 'DALO' AND n.est_caduc)), liste(public.categories, '|'))
    OR coalesce(list_contains(liste(statuts_dalo, '|'), statut_dalo), false)
    OR coalesce(list_contains(liste(logements_actuels, '|'), logement_actuel), false)
);

CREATE MACRO cote(_code, _quand, _n, _d := true, _acteur_type := '', _acteur := '', _modalite := '') AS TABLE
SELECT _code AS indicateur, annee, 'epci', getvariable('epci'), _acteur_type, _acteur, _modalite, ligne, (_n)::BIGINT, (_d)::BIGINT
FROM notees WHERE (_quand);
CREATE MACRO parts_cotees(_code, _quand, _classe) AS TABLE
FROM cote(_code, _quand, true, _d := false, _modalite := _classe)
UNION ALL FROM cote(_code, _quand, false, _modalite := '*');
-- The denominator is the public's, or (C07) everybody's.
CREATE MACRO cote_par_public(_code, _quand, _n) AS TABLE
SELECT _code, annee, 'epci', getvariable('epci'), '', '', u.code, ligne, (_n)::BIGINT, 1
FROM notees JOIN publics_des_notees u USING (ligne) WHERE (_quand);

INSERT INTO termes FROM parts_cotees('C00', d, coalesce(origine_du_score, 'NR'));
INSERT INTO termes FROM parts_cotees('C01', a, tranche_score);
INSERT INTO termes FROM parts_cotees('C01D', d, tranche_score);
INSERT INTO termes FROM parts_cotees('C03', a, coalesce('D' || decile_score, 'NR'));
INSERT INTO termes FROM cote('C04', a, rang_score = 'BAS')
UNION ALL FROM cote('C04', a, rang_score = 'BAS', _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM cote('C04', a, rang_score = 'BAS', _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL FROM cote('C05', a, rang_score = 'HAUT')
UNION ALL FROM cote('C05', a, rang_score = 'HAUT', _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM cote('C05', a, rang_score = 'HAUT', _acteur_type := 'reservataire', _acteur := reservataire);
INSERT INTO termes FROM cote('C06', (a OR d) AND rang_score = 'HAUT', a)
UNION ALL FROM cote('C06', (a OR d) AND rang_score = 'HAUT', a, _modalite := typologie);
INSERT INTO termes
SELECT indicateur, annee, perimetre_type, perimetre_code, acteur_type, acteur_code, modalite, ligne, n, 0
FROM cote_par_public('C07', d AND rang_score = 'HAUT', true) AS t(indicateur, annee, perimetre_type, perimetre_code,
    acteur_type, acteur_code, modalite, ligne, n, d)
UNION ALL FROM cote('C07', d AND rang_score = 'HAUT', false, _modalite := '*');
INSERT INTO termes FROM cote('C10', p AND est_attribuee, est_refusee, _modalite := rang_score);
INSERT INTO termes FROM parts_cotees('C11', d, evolution);
INSERT INTO termes FROM cote('C11H', d, evolution = 'HAUSSE') UNION ALL FROM cote('C11B', d, evolution = 'BAISSE')
UNION ALL FROM cote_par_public('C11H', d, evolution = 'HAUSSE')
UNION ALL FROM cote_par_public('C11B', d, evolution = 'BAISSE')
UNION ALL FROM cote('C12H', d, evolution = 'HAUSSE', _modalite := typologie)
UNION ALL FROM cote('C12B', d, evolution = 'BAISSE', _modalite := typologie);
INSERT INTO termes
SELECT code, n.annee, 'epci', getvariable('epci'), '', '', u.modalite, ligne, (n.rang_score = quel)::BIGINT, 1
FROM notees n
JOIN (VALUES ('C08B', 'TESTEUR', 'BAS'), ('C08H', 'TESTEUR', 'HAUT'), ('C09B', 'AUTRE', 'BAS'), ('C09H', 'AUTRE', 'HAUT'))
    AS v(code, groupe_voulu, quel) ON n.groupe = groupe_voulu,
    unnest(['', n.moment]) AS u(modalite)
WHERE a;

-- The medians: who they rest on, then what they are.
CREATE TABLE medianes AS
SELECT 'C02' AS indicateur, annee, '' AS acteur_type, '' AS acteur_code, '' AS modalite, ligne, score FROM notees WHERE a
UNION ALL SELECT 'C02', annee, 'bailleur', bailleur, '', ligne, score FROM notees WHERE a
UNION ALL SELECT 'C02D', annee, '', '', '', ligne, score FROM notees WHERE d
UNION ALL SELECT 'C02D', annee, '', '', u.code, ligne, score FROM notees JOIN publics_des_notees u USING (ligne) WHERE d
UNION ALL SELECT 'C02P', annee, '', '', u.code, ligne, score FROM notees JOIN publics_des_notees u USING (ligne) WHERE a AND champ
UNION ALL
SELECT CASE groupe WHEN 'TESTEUR' THEN 'C08' ELSE 'C09' END, annee, '', '', u.modalite, ligne, score
FROM notees, unnest(['', moment]) AS u(modalite) WHERE a AND groupe IS NOT NULL;
DELETE FROM medianes WHERE score IS NULL;
INSERT INTO termes
SELECT indicateur, annee, 'epci', getvariable('epci'), acteur_type, acteur_code, modalite, ligne, 0, 1 FROM medianes;
INSERT INTO delais
SELECT indicateur, annee, 'epci', getvariable('epci'), acteur_type, acteur_code, modalite, round_even(median(score), 1)
FROM medianes GROUP BY ALL;

-- The counter, the last year: the requests like one, and how long those housed in a like dwelling had waited.
CREATE TABLE semblables AS
SELECT l.annee, l.perimetre_type, l.perimetre_code, l.typologie, l.ligne, l.a, l.delai_mois, n.score
FROM par_lieu l LEFT JOIN notees n ON n.ligne = l.ligne AND n.d
WHERE l.perimetre_type IN ('epci', 'commune') AND l.annee = (SELECT max(k.annee) FROM annees k)
    AND ((l.d AND n.score IS NOT NULL) OR (l.a AND l.delai_mois IS NOT NULL));
INSERT INTO termes
SELECT code, annee, perimetre_type, perimetre_code, '', '', typologie, ligne, 0, 1
FROM semblables, unnest(CASE WHEN a THEN ['C14'] ELSE ['C13', 'C13P25', 'C13P75'] END) AS u(code);
INSERT INTO delais
SELECT code, annee, perimetre_type, perimetre_code, '', '', typologie, round_even(valeur, 1)
FROM (
    SELECT annee, perimetre_type, perimetre_code, typologie, unnest([
        {'code': 'C13', 'valeur': median(score)},
        {'code': 'C13P25', 'valeur': quantile_cont(score, 0.25)},
        {'code': 'C13P75', 'valeur': quantile_cont(score, 0.75)},
        {'code': 'C14', 'valeur': median(delai_mois) FILTER (a)}
    ], recursive := true)
    FROM semblables GROUP BY annee, perimetre_type, perimetre_code, typologie
)
WHERE valeur IS NOT NULL;
