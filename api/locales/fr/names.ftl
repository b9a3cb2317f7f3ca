name-title = Corriger le nom
name-until = Possible jusqu’au { $date }.
name-left = { $count ->
    [one] Encore une correction.
   *[other] Encore { $count } corrections.
}
name-hint = Écrivez le nom comme sur la pièce d’identité. Le code reste le même ; nous vous envoyons le billet avec son nouveau nom.
name-go = Corriger le nom
name-done = Le nom est corrigé. Le billet arrive par e-mail avec son nouveau nom.
refusal-ticket_over = Ce billet a servi ou n’est plus valable : son nom ne change plus.
refusal-names_closed = Le délai pour corriger le nom est passé.
refusal-too_many_corrections = Le nom a été corrigé autant de fois que possible.
mail-corrected-subject = Votre billet avec son nouveau nom : { $event }
mail-corrected-text = Le nom sur ce billet est corrigé.
mail-corrected-attached = Le billet est joint ; jetez l’ancien. S’il était gardé sur un téléphone, ouvrez-le là encore une fois.
mail-corrected-later = Il viendra avec son nouveau nom.
history-title = Ce qui s’est passé
history-ordered = Commande passée
history-paid = Payée
history-expired = Le délai de paiement est passé
history-cancelled = Annulée
history-refunded = Remboursée
history-sent = Billet { $ticket } transmis
history-scanned = Billet { $ticket } scanné à l’entrée
history-deactivated = Billet { $ticket } désactivé
history-name = Nom du billet { $ticket } corrigé : { $name }, avant { $former }
calendar-go = Ajouter à mon agenda
calendar-doors = Ouverture des portes à { $time }.
calendar-bring = Apportez votre billet et la pièce d’identité de chaque personne.
