# Der Warenkorb: alles Reservierte auf einer Seite.
nav-basket = Warenkorb
basket-title = Ihr Warenkorb
basket-empty = Ihr Warenkorb ist leer
basket-empty-hint = Plätze, die Sie reservieren, erscheinen hier: für alle Veranstaltungen und auf allen Ihren Geräten.
basket-each = { $price } je Platz
basket-kept-until = Reserviert bis { $time }
basket-given-back = Diese Plätze sind zurückgegeben.
basket-same-people = Dieselben Personen für alle Veranstaltungen
basket-add = Weitere Veranstaltung hinzufügen
basket-later = { $count ->
    [one] Ein weiteres Paket wartet in Ihrem Warenkorb: Eine Bestellung fasst acht. Es erscheint danach hier.
   *[other] { $shown } weitere Pakete warten in Ihrem Warenkorb: Eine Bestellung fasst acht. Sie erscheinen danach hier.
}
basket-all-included = Steuern und Gebühren inbegriffen: Sie zahlen nichts darüber hinaus.
basket-rest-kept = Ein Teil Ihres Warenkorbs ist nicht mehr reserviert, der Rest schon: Prüfen Sie den Gesamtbetrag und bestellen Sie dann.
basket-changed = Ihr Warenkorb hat sich inzwischen geändert, vielleicht in einem anderen Fenster. Prüfen Sie ihn und bestellen Sie dann.
basket-lost-ran-out = Die Zeit zum Bestellen ist vorbei, diese Plätze sind wieder im Verkauf.
basket-lost-cancelled = Diese Veranstaltung ist abgesagt: Die Plätze sind nicht mehr in Ihrem Warenkorb. Es wurde nichts abgebucht.
basket-unpaid = Bestellung { $number }: Die Plätze sind reserviert und warten bis { $time } auf die Zahlung.
