# Le panier : tout ce qui est gardé, sur une page.
nav-basket = Panier
basket-title = Votre panier
basket-empty = Votre panier est vide
basket-empty-hint = Les places que vous gardez apparaissent ici, pour toutes les rencontres, sur tous vos appareils.
basket-each = { $price } la place
basket-kept-until = Gardées jusqu’à { $time }
basket-given-back = Ces places sont rendues.
basket-same-people = Mêmes personnes pour toutes les rencontres
basket-add = Ajouter une autre rencontre
basket-later = { $count ->
    [one] Une réservation de plus attend dans votre panier : une commande en prend huit. Elle apparaîtra ici ensuite.
   *[other] { $shown } réservations de plus attendent dans votre panier : une commande en prend huit. Elles apparaîtront ici ensuite.
}
basket-all-included = Taxes et frais compris : vous ne payez rien de plus.
basket-rest-kept = Une partie de votre panier n’est plus gardée. Le reste l’est toujours : vérifiez le total, puis commandez.
basket-changed = Votre panier a changé entre-temps, dans une autre fenêtre peut-être. Vérifiez-le, puis commandez.
basket-lost-ran-out = Le temps pour commander est passé et ces places sont de nouveau en vente.
basket-lost-cancelled = Cette rencontre est annulée : ces places ne sont plus dans votre panier. Rien n’a été débité.
basket-unpaid = Commande { $number } : ses places sont gardées et attendent leur paiement jusqu’à { $time }.
