home-title = Das Programm
home-events = { $count ->
    [one] Veranstaltung
   *[other] Veranstaltungen
}
home-sports = { $count ->
    [one] Sportart
   *[other] Sportarten
}
home-venues = { $count ->
    [one] Ort
   *[other] Orte
}
search-label = Veranstaltungen suchen
search-words = Suche
search-sport = Sportart
search-venue = Ort
search-from = Von
search-to = Bis
search-max-price = Höchstens (€)
search-all-sports = Alle Sportarten
search-all-venues = Alle Orte
search-available = Plätze verfügbar
search-go = Suchen
search-clear = Suche löschen
results-found = { $count ->
    [0] Keine Veranstaltung gefunden
    [one] { $shown } Veranstaltung
   *[other] { $shown } Veranstaltungen
}
results-none = Nichts passt zu dieser Suche
results-none-hint = Wählen Sie mehr Tage, einen höheren Preis oder eine andere Sportart.
results-pages = Ergebnisseiten
results-previous = Frühere Veranstaltungen
results-next = Spätere Veranstaltungen
card-from = Ab
card-book = Buchen
card-see = Ansehen
card-sold-out = Ausverkauft
card-not-open = Verkauf ab { $date }
card-closed = Verkauf beendet
sale-unavailable = Der Verkauf pausiert einen Moment. Das Programm bleibt offen; versuchen Sie es in wenigen Minuten noch einmal.
event-back = Alle Veranstaltungen
event-tickets = Tickets
event-choose = Wählen Sie Ihre Plätze
event-choose-hint = Ein Preis gilt für das ganze Paket. Die Plätze eines Pakets liegen immer nebeneinander.
event-hold = Diese Plätze reservieren
event-hold-hint = Wir wählen die besten freien Plätze der Kategorie und halten sie für Sie, während Sie bezahlen.
event-programme = Auf dem Programm
event-know = Gut zu wissen
event-other-events = Andere Veranstaltungen ansehen
event-closed = Tickets für diese Veranstaltung sind nicht mehr im Verkauf.
event-not-open = Tickets für diese Veranstaltung sind ab { $date } im Verkauf.
know-names = Personengebundene Tickets
know-names-text = Jedes Ticket trägt einen Namen. Bringen Sie einen Ausweis mit zum Einlass.
know-adjacent = Zusammen
know-adjacent-text = Plätze für Duo und Familie liegen nebeneinander, in derselben Reihe.
know-withdrawal = Kein Widerruf
know-withdrawal-text = Für Tickets zu Freizeitveranstaltungen mit festem Datum besteht kein Widerrufsrecht (französisches Verbrauchergesetzbuch, Artikel L221-28, 12°).
category-name = Kategorie { $code }
category-free = { $count ->
    [0] Ausverkauft
    [one] { $shown } Platz frei
   *[other] { $shown } Plätze frei
}
category-unknown = Verfügbarkeit unbekannt
offer-none = Nicht verfügbar
offer-label = { $formula }, { $category }
event-cancelled = Diese Veranstaltung ist abgesagt.
card-cancelled = Abgesagt
search-ignored = Ein Filter war nicht lesbar und wurde weggelassen.
home-description = Das ganze Programm des Festivals, Sportart für Sportart und Tag für Tag. Wählen Sie Ihre Plätze auf dem Plan und erhalten Sie Ihre Tickets per E-Mail.
event-description = { $date }, { $venue }, { $city }. { $programme }
search-example = Judo, Finale Frauen, Lyon …
search-more = Weitere Filter
search-city = Stadt
search-all-cities = Alle Städte
search-together = Plätze nebeneinander
search-together-any = Egal
search-together-places = { $shown } zusammen
search-step-free = Stufenloser Zugang
search-sort = Sortieren nach
sort-fit = Relevanz
sort-date = Datum
sort-price = Preis
search-read-as = Nichts zu „{ $typed }“: Dies sind die Ergebnisse zu „{ $word }“.
search-offline = Sie sind offline: Dies sind die letzten Ergebnisse, die wir lesen konnten.
view-label = Ansicht
view-cards = Liste
view-calendar = Kalender
chips-label = Gewählte Filter
chip-remove = (entfernen)
chip-words = „{ $value }“
chip-from = Ab { $value }
chip-to = Bis { $value }
chip-max-price = höchstens { $value } €
card-medals = Finale
stock-unknown = Im Verkauf
stock-free = Plätze verfügbar
stock-last = { $count ->
    [one] Nur noch ein Platz
   *[other] Nur noch { $shown } Plätze
}
stock-baskets = Alle Plätze liegen in anderen Warenkörben: manche werden vielleicht wieder frei
step-free = Stufenloser Zugang
step-free-unknown = Stufenloser Zugang nicht bestätigt
calendar-caption = Zahl der Veranstaltungen nach Sportart und Tag
calendar-events = { $count ->
    [one] { $shown } Veranstaltung
   *[other] { $shown } Veranstaltungen
}
calendar-cell = { $sport }, { $day }: { $events }
calendar-cell-medals = { $sport }, { $day }: { $events }, mit Finale
calendar-key = Veranstaltungen an diesem Tag
calendar-key-medals = mit Finale
calendar-cut = Nur die ersten Tage sind zu sehen. Wählen Sie Tage, um den Rest zu sehen.
state-baskets-title = Alles in Warenkörben
state-baskets-text = Im Moment ist kein Platz frei, doch Plätze, die andere reserviert haben, können binnen zehn Minuten wieder frei werden. Sehen Sie etwas später noch einmal nach.
state-sold-text = Alle Plätze dieser Veranstaltung sind verkauft.
state-sold-link = Veranstaltungen mit freien Plätzen ansehen
category-baskets = Alles in anderen Warenkörben
category-held = { $count ->
    [one] { $shown } in einem anderen Warenkorb
   *[other] { $shown } in anderen Warenkörben
}
category-wheelchairs = Rollstuhl und Begleitung ({ $code })
category-wheelchairs-hint = Ein Platz für einen Rollstuhl und daneben der Sitz der Begleitung.
event-on-the-map = Auf dem Plan wählen
event-access = Anreise
event-gates = Einlass
gates-open = Ab { $time }
event-way = Weg
event-steps = Barrierefreiheit
map-title = Der Saalplan
map-plan = Plan
map-field = Spielfeld
map-block = { $block }, { $category }, { $free }
map-row = Reihe { $row }
map-seat = Platz { $from }
map-seats = Plätze { $from } bis { $to }
map-key-free = frei
map-key-taken = nicht frei
map-key-chosen = gewählt
map-key-full = Nichts frei
map-scheme = Ein Schema, nicht maßstäblich: Die Blöcke, die dem Spielfeld am nächsten sind, gehören zu den besten Kategorien.
map-how-many = Wie viele Plätze?
map-block-choice = Block
map-block-none = Block wählen
map-show-seats = Plätze zeigen
map-seat-choice = Ihre Plätze
map-none-together = So viele Plätze nebeneinander gibt es in diesem Block nicht mehr. Versuchen Sie ein anderes Paket oder einen anderen Block.
map-block-full = Dieser Block ist ausverkauft. Versuchen Sie einen anderen.
map-standing = Hier steht man: Die Plätze sind nummeriert, doch Sie stehen, wo Sie möchten.
map-choose-hint = Wählen Sie einen Block auf dem Plan oder in der Liste.
map-offline = Sie sind offline: Der Plan ist nicht mehr aktuell.
map-too-few = Hier sind nicht genug Plätze nebeneinander frei.
map-gone = Jemand hat diese Plätze gerade genommen. Bitte wählen Sie andere.
map-zoom-in = Plan vergrößern
map-zoom-out = Plan verkleinern
map-zoom-all = Ganzen Plan zeigen
map-pair = Rollstuhlplatz und Sitz der Begleitung
map-space = Rollstuhlplatz
map-companion = Sitz der Begleitung
map-best = Die besten Plätze, mit einem Klick
