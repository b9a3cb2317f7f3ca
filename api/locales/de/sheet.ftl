sheet-document-title = Tickets der Bestellung { $number }
sheet-sold-place = online
sheet-seller = Guichet, Ticketschalter der Spiele
sheet-condition-person = Dieses Ticket ist personengebunden: Nur die genannte Person hat Einlass, mit einem Ausweis.
sheet-condition-once = Es öffnet einen Eingang einmal. Wer zuerst eine Kopie zeigt, kommt hinein: Behalten Sie den Code für sich.
sheet-condition-resale = Es ohne Erlaubnis des Veranstalters weiterzuverkaufen ist strafbar.
sheet-condition-refund = Für Tickets mit festem Datum besteht kein Widerrufsrecht. Sie werden erstattet, wenn die Veranstaltung abgesagt wird.
sheet-condition-leave = Wer das Gelände verlässt, hat keinen Einlass mehr.
