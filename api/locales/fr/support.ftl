# Écrire à l’organisateur : le formulaire, les demandes, leurs courriels.
contact-title = Nous écrire
contact-lead = Une question, un problème, une réclamation : vous recevez aussitôt un numéro, puis une réponse écrite.
contact-help-first = La plupart des réponses sont dans l’aide
contact-sign-in-why = Une fois connecté, vous choisissez la commande concernée et suivez nos réponses dans votre compte.
contact-subject = De quoi s’agit-il ?
contact-subject-choose = Choisir
contact-subject-empty = Choisissez de quoi il s’agit.
contact-about = Quelle commande ou quel billet ?
contact-about-none = Aucun en particulier
contact-text = Votre message
contact-text-hint = { $count ->
    [one] { $shown } caractère au plus.
   *[other] { $shown } caractères au plus.
}
contact-text-empty = Écrivez votre message.
contact-text-long = { $count ->
    [one] Trop long : il compte { $shown } caractère. Raccourcissez-le, ou joignez la suite.
   *[other] Trop long : il compte { $shown } caractères. Raccourcissez-le, ou joignez la suite.
}
contact-files = Fichiers (facultatif)
contact-files-hint = { $count ->
    [one] PDF, JPEG ou PNG : un fichier de 5 Mo au plus.
   *[other] PDF, JPEG ou PNG : { $count } fichiers au plus, de 5 Mo chacun.
}
contact-files-again = Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-too-many = Trop de fichiers. Envoyez les autres dans un second message. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-too-large = « { $name } » dépasse 5 Mo. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-empty = « { $name } » est vide. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-wrong-kind = « { $name } » n’est ni un PDF, ni un JPEG, ni un PNG, quoi que dise son nom. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-broken = « { $name } » est endommagé : nous ne pouvons pas l’ouvrir. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-active = « { $name } » est un PDF qui contient un programme ou d’autres fichiers. Imprimez-le de nouveau en PDF, ou envoyez une photo. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-file-locked = « { $name } » est protégé par un mot de passe. Enregistrez-le sans. Votre message est toujours là ; choisissez de nouveau les fichiers.
contact-go = Envoyer
contact-sealed = Ce que vous écrivez et joignez est chiffré ; seules les personnes qui vous répondent le lisent.
contact-sent-title = C’est bien reçu
contact-sent-number = Votre numéro :
contact-sent-text = Il part vers vous par e-mail, avec un lien pour suivre votre demande et la compléter.
support-subject-order = Une commande
support-subject-payment = Un paiement ou un remboursement
support-subject-ticket = Un billet
support-subject-name = Un nom à corriger
support-subject-entrance = L’entrée sur le site
support-subject-accessibility = L’accessibilité
support-subject-account = Mon compte
support-subject-second_factor = Un téléphone perdu, et les codes de secours avec
support-subject-claim = Une réclamation
support-subject-other = Autre chose
cases-title = Mes demandes
cases-none = Vous ne nous avez pas encore écrit
cases-none-hint = Les demandes et réclamations que vous envoyez une fois connecté sont gardées ici, avec nos réponses.
cases-new = Nous écrire
case-title = Demande { $number }
case-messages = Messages
case-files = Fichiers joints
case-author-person = Vous
case-author-staff = Guichet
case-state-open = Chez nous
case-state-answered = Répondue
case-state-closed = Close
case-state-text-open = Nous avons votre message et répondrons ici et par e-mail.
case-state-text-answered = Nous vous avons répondu. S’il reste quelque chose, écrivez de nouveau.
case-state-text-closed = Cette demande est close. Écrire de nouveau la rouvre.
case-opened = Envoyée le
case-about = Au sujet de
case-about-see = Voir votre achat
case-write-open = Ajouter quelque chose
case-write-answered = Répondre
case-write-closed = Écrire de nouveau
case-write-go = Envoyer
case-close = C’est réglé : clore
case-done-sent = Nous avons votre message. Donnez ce numéro si vous appelez ou écrivez.
case-done-written = Votre message est ajouté.
case-done-closed = Cette demande est close.
size-kb = { $size } ko
size-mb = { $size } Mo
moment-utc = { $moment } (UTC)
refusal-case_full = Cette demande ne peut plus rien contenir. Envoyez-en une nouvelle et citez son numéro.
refusal-malformed = Nous n’avons pas pu lire ce formulaire. Rechargez la page et recommencez.
refusal-files_too_large = C’est trop volumineux : trois fichiers de 5 Mo au plus.
mail-hello-nobody = Bonjour,
mail-case-subject-opened = Votre demande { $number }
mail-case-subject-answered = Notre réponse à votre demande { $number }
mail-case-opened = Nous avons votre message et vous répondrons par écrit. Voici son numéro, à donner si vous appelez ou écrivez :
mail-case-answered = Voici notre réponse à votre demande :
mail-case-follow = Suivez votre demande et complétez-la ici :
mail-case-not-you = Si vous ne nous avez pas écrit, ignorez ce message : quelqu’un s’est trompé d’adresse.
faq-not-here = Pas de réponse ici ?
contact-about-this = Une question sur cette commande ?
