home-title = Le programme
home-events = { $count ->
    [one] rencontre
   *[other] rencontres
}
home-sports = { $count ->
    [one] sport
   *[other] sports
}
home-venues = { $count ->
    [one] site
   *[other] sites
}
search-label = Rechercher une rencontre
search-words = Recherche
search-sport = Sport
search-venue = Site
search-from = Du
search-to = Au
search-max-price = Jusqu’à (€)
search-all-sports = Tous les sports
search-all-venues = Tous les sites
search-available = Places disponibles
search-go = Rechercher
search-clear = Effacer la recherche
results-found = { $count ->
    [0] Aucune rencontre trouvée
    [one] { $shown } rencontre
   *[other] { $shown } rencontres
}
results-none = Rien ne correspond à cette recherche
results-none-hint = Élargissez les dates, augmentez le prix ou essayez un autre sport.
results-pages = Pages de résultats
results-previous = Rencontres précédentes
results-next = Rencontres suivantes
card-from = Dès
card-book = Réserver
card-see = Voir
card-sold-out = Complet
card-not-open = En vente le { $date }
card-closed = Vente close
sale-unavailable = La vente est suspendue un instant. Le programme reste ouvert ; réessayez dans quelques minutes.
event-back = Toutes les rencontres
event-choose = Choisissez vos places
event-choose-hint = Un prix vaut pour toute la formule. Les places d’une formule sont toujours voisines.
event-hold = Garder ces places
event-hold-hint = Nous choisissons les meilleures places libres de la catégorie et les gardons pendant que vous payez.
event-programme = Au programme
event-know = Bon à savoir
event-other-events = Voir les autres rencontres
event-closed = Les billets de cette rencontre ne sont plus en vente.
event-not-open = Les billets de cette rencontre seront en vente le { $date }.
know-names = Billets nominatifs
know-names-text = Chaque billet porte un nom. Présentez une pièce d’identité à l’entrée.
know-adjacent = Ensemble
know-adjacent-text = Les places Duo et Famille sont côte à côte, sur le même rang.
know-withdrawal = Pas de rétractation
know-withdrawal-text = Les billets de loisirs à date déterminée n’ouvrent pas droit à rétractation (Code de la consommation, article L221-28, 12°).
category-name = Catégorie { $code }
category-free = { $count ->
    [0] Complet
    [one] { $shown } place libre
   *[other] { $shown } places libres
}
category-unknown = Disponibilité inconnue
offer-none = Indisponible
offer-label = { $formula }, { $category }
event-cancelled = Cette rencontre est annulée.
card-cancelled = Annulée
search-ignored = Un filtre n’a pas pu être lu et a été laissé de côté.
