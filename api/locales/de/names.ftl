name-title = Den Namen berichtigen
name-until = Möglich bis { $date }.
name-left = { $count ->
    [one] Noch eine Berichtigung.
   *[other] Noch { $count } Berichtigungen.
}
name-hint = Schreiben Sie den Namen wie im Ausweis. Der Code bleibt derselbe; wir schicken Ihnen das Ticket mit dem neuen Namen.
name-go = Den Namen berichtigen
name-done = Der Name ist berichtigt. Das Ticket kommt per E-Mail mit dem neuen Namen.
refusal-ticket_over = Dieses Ticket wurde benutzt oder gilt nicht mehr: Sein Name bleibt.
refusal-names_closed = Die Zeit, den Namen zu berichtigen, ist vorbei.
refusal-too_many_corrections = Der Name wurde so oft berichtigt, wie es geht.
mail-corrected-subject = Ihr Ticket mit dem neuen Namen: { $event }
mail-corrected-text = Der Name auf diesem Ticket ist berichtigt.
mail-corrected-attached = Das Ticket ist angehängt; werfen Sie das frühere weg. War es auf einem Telefon, öffnen Sie es dort noch einmal.
mail-corrected-later = Es kommt mit dem neuen Namen.
history-title = Was geschehen ist
history-ordered = Bestellt
history-paid = Bezahlt
history-expired = Die Zeit zum Bezahlen ist abgelaufen
history-cancelled = Storniert
history-refunded = Erstattet
history-sent = Ticket { $ticket } gesendet
history-scanned = Ticket { $ticket } am Eingang gescannt
history-deactivated = Ticket { $ticket } deaktiviert
history-name = Name auf Ticket { $ticket } berichtigt: { $name }, vorher { $former }
calendar-go = In meinen Kalender eintragen
calendar-doors = Einlass ab { $time }.
calendar-bring = Bringen Sie Ihr Ticket und den Ausweis jeder Person mit.
