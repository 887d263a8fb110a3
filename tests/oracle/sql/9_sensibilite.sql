-- O01S, O02S: O01 and O02 of the last year, each other choice of a counting rule made in turn.
INSERT INTO termes
WITH premiers AS (
    SELECT ligne, row_number() OVER (
        PARTITION BY annee, coalesce(demande_pseudonyme, ligne::VARCHAR) ORDER BY date_signature_bail, ligne) = 1 AS premier
    FROM lignes WHERE a
),
constantes AS (
    SELECT code FROM communes WHERE membre GROUP BY code HAVING count(*) = (SELECT count(*) FROM annees)
),
baux AS (
    SELECT
        l.annee, v.modalite, ligne, zone, relogement_ru, v.p8, v.p10,
        quartile_de(revenu_uc_annuel_eur, v.p7, q1, q2, q3) AS quartile
    FROM lignes l JOIN premiers USING (ligne) JOIN variantes v ON v.annee = l.annee
    JOIN seuils s ON s.annee = CASE v.p6 WHEN 'annee_precedente' THEN v.annee - 1 ELSE v.annee END
    WHERE est_dans_le_champ(financement, interne, v.p3, v.p4)
        AND (v.p1 <> 'un_par_menage' OR premier)
        AND (v.p9 <> 'perimetre_constant' OR commune_insee IN (SELECT code FROM constantes))
)
SELECT
    'O01S', annee, 'epci', getvariable('epci'), '', '', modalite, ligne,
    est_public_o01(quartile, relogement_ru, p10)::BIGINT, 1
FROM baux WHERE est_compte_o01(zone, quartile, relogement_ru, p8)
UNION ALL
SELECT 'O02S', annee, 'epci', getvariable('epci'), '', '', modalite, ligne, est_public_o02(quartile)::BIGINT, 1
FROM baux WHERE est_compte_o02(zone, quartile, p8);
