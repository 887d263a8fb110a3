-- Tables of a Word document: how wide each column is, and figures on the right. Pandoc would give all columns the same
-- width, and a word processor cuts the words that do not fit.

-- Signs of a line of a table, those of a cell that stays on one line, those beyond which a cell folds, two margins.
local LIGNE, COURT, LONG, MARGES = 95, 14, 45, 3

local function longueur(texte)
  return utf8.len(texte) or #texte
end

-- The longest word (a short cell is one) and the longest cell of each column, and whether it holds figures alone.
local function mesurer(rangees, colonnes, sont_du_corps)
  for _, rangee in ipairs(rangees) do
    for rang, cellule in ipairs(rangee.cells) do
      local colonne = colonnes[rang] or { mot = 0, cellule = 0, chiffres = rang > 1 }
      local texte = pandoc.utils.stringify(cellule.contents)
      colonne.cellule = math.max(colonne.cellule, math.min(longueur(texte), LONG))
      local est_un_mot = sont_du_corps and longueur(texte) <= COURT
      for mot in texte:gmatch(est_un_mot and ".+" or "%S+") do
        colonne.mot = math.max(colonne.mot, longueur(mot) + MARGES)
      end
      if sont_du_corps and cellule.classes:includes("texte") then colonne.chiffres = false end
      colonnes[rang] = colonne
    end
  end
end

function Table(tableau)
  local colonnes, mots, plus = {}, 0, 0
  mesurer(tableau.head.rows, colonnes, false)
  for _, corps in ipairs(tableau.bodies) do
    mesurer(corps.body, colonnes, true)
  end
  for _, colonne in ipairs(colonnes) do
    colonne.plus = math.max(0, colonne.cellule - colonne.mot)
    mots, plus = mots + colonne.mot, plus + colonne.plus
  end
  -- Each has its longest word; what is left of the line goes to those that have more to say.
  local reste = math.max(0, LIGNE - mots)
  for rang, colonne in ipairs(colonnes) do
    local part = colonne.mot + (plus > 0 and reste * colonne.plus / plus or 0)
    local total = mots + (plus > 0 and reste or 0)
    tableau.colspecs[rang] = { colonne.chiffres and "AlignRight" or "AlignLeft", part / total }
  end
  return tableau
end
