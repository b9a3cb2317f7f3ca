mail-footer = Guichet n’envoie que des messages sur votre compte et vos billets.
mail-signature = Guichet
mail-hello = Bonjour { $name },
mail-activation-subject = Votre code Guichet : { $code }
mail-activation-text = Voici le code qui ouvre votre compte :
mail-activation-limits = Il sert une fois, pendant 10 minutes.
mail-activation-not-you = Si vous n’avez rien demandé, ignorez ce message : il ne se passera rien.
mail-exists-subject = Vous avez déjà un compte Guichet
mail-exists-text = Quelqu’un a voulu créer un compte Guichet avec cette adresse, qui en a déjà un.
mail-exists-sign-in = Si c’était vous, connectez-vous ici :
mail-tickets-subject = Vos billets : { $event }
mail-tickets-text = { $count ->
    [one] Votre paiement est confirmé et votre billet est joint.
   *[other] Votre paiement est confirmé et vos { $count } billets sont joints.
}
mail-tickets-order = Commande { $number }
mail-tickets-amount = Payé : { $amount }
mail-tickets-bring = Présentez le PDF, imprimé ou sur le téléphone, avec la pièce d’identité de la personne nommée.
mail-tickets-account = Vos billets vous attendent aussi dans votre compte :
mail-refund-subject = Remboursement de votre commande { $number }
mail-refund-text = Votre paiement de la commande { $number } est arrivé après le délai et les places n’étaient plus libres. Nous vous rendons le montant entier.
mail-refund-amount = Remboursement : { $amount }
mail-refund-delay = Il arrive sur votre carte en quelques jours, selon votre banque.
sms-activation = Guichet : votre code est { $code }. Il sert une fois, pendant 10 minutes.
mailbox-title = Boîte de développement
mailbox-lead = Tous les e-mails et SMS que cette plateforme aurait envoyés.
mailbox-to = Destinataire
mailbox-filter = Filtrer
mailbox-empty = Aucun message
mailbox-sent = Envoyé
mailbox-subject = Objet
mailbox-attachments = Pièces jointes
mailbox-html = Le message tel que son lecteur le voit
