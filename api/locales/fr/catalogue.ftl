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
event-tickets = Billets
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
home-description = Tout le programme du festival, sport par sport et jour par jour. Choisissez vos places sur le plan et recevez vos billets par e-mail.
event-description = { $date }, { $venue }, { $city }. { $programme }
search-example = Judo, finale dames, Lyon…
search-more = Plus de filtres
search-city = Ville
search-all-cities = Toutes les villes
search-together = Places ensemble
search-together-any = Peu importe
search-together-places = { $shown } côte à côte
search-step-free = Accès sans marche
search-sort = Trier par
sort-fit = Pertinence
sort-date = Date
sort-price = Prix
search-read-as = Rien pour « { $typed } » : voici les résultats pour « { $word } ».
search-offline = Vous êtes hors ligne : ces résultats sont les derniers que nous avons pu lire.
view-label = Présentation
view-cards = Liste
view-calendar = Calendrier
chips-label = Filtres choisis
chip-remove = (retirer)
chip-words = « { $value } »
chip-from = Dès le { $value }
chip-to = Jusqu’au { $value }
chip-max-price = { $value } € au plus
card-medals = Finales
stock-unknown = En vente
stock-free = Places disponibles
stock-last = { $count ->
    [one] Plus qu’une place
   *[other] Plus que { $shown } places
}
stock-baskets = Toutes les places sont dans d’autres paniers : certaines peuvent revenir
step-free = Accès sans marche
step-free-unknown = Accès sans marche non garanti
calendar-caption = Nombre de rencontres par sport et par jour
calendar-events = { $count ->
    [one] { $shown } rencontre
   *[other] { $shown } rencontres
}
calendar-cell = { $sport }, { $day } : { $events }
calendar-cell-medals = { $sport }, { $day } : { $events }, avec finales
calendar-key = rencontres ce jour-là
calendar-key-medals = avec des finales
calendar-cut = Seuls les premiers jours sont montrés. Choisissez des dates pour voir la suite.
state-baskets-title = Tout est dans des paniers
state-baskets-text = Aucune place n’est libre à cet instant, mais des places gardées par d’autres peuvent revenir dans les dix minutes. Revenez un peu plus tard.
state-sold-text = Toutes les places de cette rencontre sont vendues.
state-sold-link = Voir les rencontres encore disponibles
category-baskets = Tout est dans d’autres paniers
category-held = { $count ->
    [one] { $shown } dans un autre panier
   *[other] { $shown } dans d’autres paniers
}
category-wheelchairs = Fauteuil roulant et accompagnant ({ $code })
category-wheelchairs-hint = Un emplacement pour fauteuil roulant et, à côté, le siège de la personne qui accompagne.
event-on-the-map = Choisir sur le plan
event-access = Venir sur place
event-gates = Ouverture des portes
gates-open = Dès { $time }
event-way = Accès
event-steps = Accessibilité
map-title = Le plan des places
map-plan = Plan
map-field = Aire de jeu
map-block = { $block }, { $category }, { $free }
map-row = Rang { $row }
map-seat = siège { $from }
map-seats = sièges { $from } à { $to }
map-key-free = libre
map-key-taken = pas libre
map-key-chosen = choisi
map-key-full = Plus de place libre
map-scheme = Plan schématique : les blocs les plus proches de l’aire de jeu sont ceux des meilleures catégories.
map-how-many = Combien de places ?
map-block-choice = Secteur
map-block-none = Choisissez un secteur
map-show-seats = Voir les places
map-seat-choice = Vos places
map-none-together = Il ne reste pas autant de places côte à côte dans ce secteur. Essayez une autre formule ou un autre secteur.
map-block-full = Ce secteur est complet. Essayez-en un autre.
map-standing = Ici, on est debout : les places sont numérotées mais vous vous tenez où vous voulez.
map-choose-hint = Choisissez un secteur sur le plan ou dans la liste.
map-offline = Vous êtes hors ligne : le plan n’est plus à jour.
map-too-few = Il n’y a pas assez de places libres côte à côte ici.
map-gone = Quelqu’un vient de prendre ces places. Choisissez-en d’autres.
map-zoom-in = Agrandir le plan
map-zoom-out = Réduire le plan
map-zoom-all = Voir tout le plan
map-pair = emplacement et siège accompagnant
map-space = emplacement fauteuil roulant
map-companion = siège accompagnant
map-best = Les meilleures places, en un clic
