# Dem Veranstalter schreiben: das Formular, die Anfragen, ihre E-Mails.
contact-title = Schreiben Sie uns
contact-lead = Eine Frage, ein Problem, eine Reklamation: Sie erhalten sofort eine Nummer und eine schriftliche Antwort.
contact-help-first = Die meisten Fragen beantwortet die Hilfe
contact-sign-in-why = Angemeldet können Sie die Bestellung wählen, um die es geht, und unsere Antworten in Ihrem Konto verfolgen.
contact-subject = Worum geht es?
contact-subject-choose = Bitte wählen
contact-subject-empty = Wählen Sie, worum es geht.
contact-about = Um welche Bestellung oder welches Ticket?
contact-about-none = Keine bestimmte
contact-text = Ihre Nachricht
contact-text-hint = { $count ->
    [one] Höchstens { $shown } Zeichen.
   *[other] Höchstens { $shown } Zeichen.
}
contact-text-empty = Schreiben Sie Ihre Nachricht.
contact-text-long = { $count ->
    [one] Zu lang: Sie hat { $shown } Zeichen. Kürzen Sie sie oder hängen Sie den Rest an.
   *[other] Zu lang: Sie hat { $shown } Zeichen. Kürzen Sie sie oder hängen Sie den Rest an.
}
contact-files = Dateien (freiwillig)
contact-files-hint = { $count ->
    [one] PDF, JPEG oder PNG: eine Datei mit höchstens 5 MB.
   *[other] PDF, JPEG oder PNG: bis zu { $count } Dateien mit je höchstens 5 MB.
}
contact-files-again = Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-too-many = Zu viele Dateien. Senden Sie die übrigen in einer weiteren Nachricht. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-too-large = „{ $name }“ ist größer als 5 MB. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-empty = „{ $name }“ ist leer. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-wrong-kind = „{ $name }“ ist kein PDF, JPEG oder PNG, was auch immer der Name sagt. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-broken = „{ $name }“ ist beschädigt: Wir können die Datei nicht öffnen. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-active = „{ $name }“ ist ein PDF, das ein Programm oder andere Dateien enthält. Drucken Sie es noch einmal als PDF oder senden Sie ein Foto. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-file-locked = „{ $name }“ ist mit einem Passwort geschützt. Speichern Sie die Datei ohne Passwort. Ihre Nachricht ist noch da; bitte wählen Sie die Dateien noch einmal.
contact-go = Senden
contact-sealed = Was Sie schreiben und anhängen, wird verschlüsselt; nur das Personal, das Ihnen antwortet, liest es.
contact-sent-title = Es ist angekommen
contact-sent-number = Ihre Nummer:
contact-sent-text = Sie ist per E-Mail zu Ihnen unterwegs, mit einem Link, um Ihre Anfrage zu verfolgen und mehr zu schreiben.
support-subject-order = Eine Bestellung
support-subject-payment = Eine Zahlung oder Erstattung
support-subject-ticket = Ein Ticket
support-subject-name = Ein Name ist zu berichtigen
support-subject-entrance = Der Einlass
support-subject-accessibility = Barrierefreiheit
support-subject-account = Mein Konto
support-subject-second_factor = Ein verlorenes Telefon, und die Ersatzcodes dazu
support-subject-claim = Eine Reklamation
support-subject-other = Etwas anderes
cases-title = Meine Anfragen
cases-none = Sie haben uns noch nicht geschrieben
cases-none-hint = Anfragen und Reklamationen, die Sie angemeldet senden, liegen hier, mit unseren Antworten.
cases-new = Schreiben Sie uns
case-title = Anfrage { $number }
case-messages = Nachrichten
case-files = Angehängte Dateien
case-author-person = Sie
case-author-staff = Guichet
case-state-open = Bei uns
case-state-answered = Beantwortet
case-state-closed = Geschlossen
case-state-text-open = Wir haben Ihre Nachricht und antworten hier und per E-Mail.
case-state-text-answered = Wir haben geantwortet. Ist noch etwas offen, schreiben Sie noch einmal.
case-state-text-closed = Diese Anfrage ist geschlossen. Schreiben Sie noch einmal, öffnet sie sich wieder.
case-opened = Gesendet am
case-about = Zu
case-about-see = Ansehen, was Sie gekauft haben
case-write-open = Etwas hinzufügen
case-write-answered = Antworten
case-write-closed = Noch einmal schreiben
case-write-go = Senden
case-close = Das ist erledigt: schließen
case-done-sent = Wir haben Ihre Nachricht. Nennen Sie diese Nummer, wenn Sie anrufen oder schreiben.
case-done-written = Ihre Nachricht ist hinzugefügt.
case-done-closed = Diese Anfrage ist geschlossen.
size-kb = { $size } kB
size-mb = { $size } MB
moment-utc = { $moment } (UTC)
refusal-case_full = In diese Anfrage passt nichts mehr. Senden Sie eine neue und nennen Sie ihre Nummer.
refusal-malformed = Dieses Formular konnten wir nicht lesen. Laden Sie die Seite neu und versuchen Sie es noch einmal.
refusal-files_too_large = Das ist zu groß: höchstens drei Dateien mit je 5 MB.
mail-hello-nobody = Guten Tag,
mail-case-subject-opened = Ihre Anfrage { $number }
mail-case-subject-answered = Unsere Antwort auf Ihre Anfrage { $number }
mail-case-opened = Wir haben Ihre Nachricht und antworten Ihnen schriftlich. Dies ist ihre Nummer; nennen Sie sie, wenn Sie anrufen oder schreiben:
mail-case-answered = Hier ist unsere Antwort auf Ihre Anfrage:
mail-case-follow = Hier können Sie Ihre Anfrage verfolgen und mehr schreiben:
mail-case-not-you = Wenn Sie uns nicht geschrieben haben, lassen Sie diese Nachricht unbeachtet: Jemand hat sich bei der Adresse vertippt.
faq-not-here = Keine Antwort dabei?
contact-about-this = Eine Frage zu dieser Bestellung?
