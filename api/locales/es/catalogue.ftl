home-title = El programa
home-events = { $count ->
    [one] evento
   *[other] eventos
}
home-sports = { $count ->
    [one] deporte
   *[other] deportes
}
home-venues = { $count ->
    [one] sede
   *[other] sedes
}
search-label = Buscar un evento
search-words = Buscar
search-sport = Deporte
search-venue = Sede
search-from = Desde
search-to = Hasta
search-max-price = Precio máximo (€)
search-all-sports = Todos los deportes
search-all-venues = Todas las sedes
search-available = Asientos disponibles
search-go = Buscar
search-clear = Borrar la búsqueda
results-found = { $count ->
    [0] Ningún evento encontrado
    [one] { $shown } evento
   *[other] { $shown } eventos
}
results-none = Nada coincide con esta búsqueda
results-none-hint = Amplía las fechas, sube el precio o prueba con otro deporte.
results-pages = Páginas de resultados
results-previous = Eventos anteriores
results-next = Eventos siguientes
card-from = Desde
card-book = Reservar
card-see = Ver
card-sold-out = Agotado
card-not-open = A la venta el { $date }
card-closed = Venta cerrada
sale-unavailable = La venta está en pausa un momento. El programa sigue abierto; vuelve a intentarlo dentro de unos minutos.
event-back = Todos los eventos
event-tickets = Entradas
event-choose = Elige tus asientos
event-choose-hint = Un precio vale para toda la fórmula. Los asientos de una fórmula siempre están juntos.
event-hold = Reservar estos asientos
event-hold-hint = Elegimos los mejores asientos libres de la categoría y te los guardamos mientras pagas.
event-programme = En el programa
event-know = Conviene saber
event-other-events = Ver los demás eventos
event-closed = Las entradas de este evento ya no están a la venta.
event-not-open = Las entradas de este evento salen a la venta el { $date }.
know-names = Entradas nominativas
know-names-text = Cada entrada lleva un nombre. Trae un documento de identidad a la puerta.
know-adjacent = Juntos
know-adjacent-text = Los asientos Dúo y Familia están uno al lado del otro, en la misma fila.
know-withdrawal = Sin desistimiento
know-withdrawal-text = Las entradas de ocio con fecha fija no dan derecho a desistir (Code de la consommation francés, artículo L221-28, 12.º).
category-name = Categoría { $code }
category-free = { $count ->
    [0] Agotada
    [one] { $shown } asiento libre
   *[other] { $shown } asientos libres
}
category-unknown = Disponibilidad desconocida
offer-none = No disponible
offer-label = { $formula }, { $category }
event-cancelled = Este evento está cancelado.
card-cancelled = Cancelado
search-ignored = Un filtro no se pudo leer y se dejó de lado.
home-description = Todo el programa del festival, deporte a deporte y día a día. Elige tus asientos en el plano y recibe tus entradas por correo.
event-description = { $date }, { $venue }, { $city }. { $programme }
search-example = Judo, final femenina, Lyon…
search-more = Más filtros
search-city = Ciudad
search-all-cities = Todas las ciudades
search-together = Asientos juntos
search-together-any = Da igual
search-together-places = { $shown } juntos
search-step-free = Acceso sin escalones
search-sort = Ordenar por
sort-fit = Relevancia
sort-date = Fecha
sort-price = Precio
search-read-as = Nada para «{ $typed }»: estos son los resultados para «{ $word }».
search-offline = Estás sin conexión: estos son los últimos resultados que pudimos leer.
view-label = Vista
view-cards = Lista
view-calendar = Calendario
chips-label = Filtros elegidos
chip-remove = (quitar)
chip-words = «{ $value }»
chip-from = Desde el { $value }
chip-to = Hasta el { $value }
chip-max-price = { $value } € como máximo
card-medals = Finales
stock-unknown = A la venta
stock-free = Asientos disponibles
stock-last = { $count ->
    [one] Solo queda un asiento
   *[other] Solo quedan { $shown } asientos
}
stock-baskets = Todos los asientos están en otras cestas: alguno puede volver
step-free = Acceso sin escalones
step-free-unknown = Acceso sin escalones no confirmado
calendar-caption = Número de eventos por deporte y día
calendar-events = { $count ->
    [one] { $shown } evento
   *[other] { $shown } eventos
}
calendar-cell = { $sport }, { $day }: { $events }
calendar-cell-medals = { $sport }, { $day }: { $events }, con finales
calendar-key = eventos ese día
calendar-key-medals = con finales
calendar-cut = Solo se muestran los primeros días. Elige fechas para ver el resto.
state-baskets-title = Todo está en cestas
state-baskets-text = Ahora mismo no hay ningún asiento libre, pero los que otros tienen reservados pueden volver en diez minutos. Mira de nuevo un poco más tarde.
state-sold-text = Todos los asientos de este evento están vendidos.
state-sold-link = Ver los eventos que aún tienen asientos
category-baskets = Todo está en otras cestas
category-held = { $count ->
    [one] { $shown } en otra cesta
   *[other] { $shown } en otras cestas
}
category-wheelchairs = Silla de ruedas y acompañante ({ $code })
category-wheelchairs-hint = Un espacio para silla de ruedas y, al lado, el asiento de quien acompaña.
event-on-the-map = Elegir en el plano
event-access = Cómo llegar
event-gates = Apertura de puertas
gates-open = Desde las { $time }
event-way = Indicaciones
event-steps = Accesibilidad
map-title = El plano de asientos
map-plan = Plano
map-field = Área de juego
map-block = { $block }, { $category }, { $free }
map-row = Fila { $row }
map-seat = asiento { $from }
map-seats = asientos { $from } a { $to }
map-key-free = libre
map-key-taken = no libre
map-key-chosen = elegido
map-key-full = Nada libre
map-scheme = Plano esquemático, no a escala: los bloques más cercanos al área de juego son los de las mejores categorías.
map-how-many = ¿Cuántos asientos?
map-block-choice = Sector
map-block-none = Elige un sector
map-show-seats = Ver los asientos
map-seat-choice = Tus asientos
map-none-together = No quedan tantos asientos juntos en este sector. Prueba con otra fórmula u otro sector.
map-block-full = Este sector está completo. Prueba con otro.
map-standing = Aquí se está de pie: las plazas están numeradas, pero te pones donde quieras.
map-choose-hint = Elige un sector en el plano o en la lista.
map-offline = Estás sin conexión: el plano ya no está al día.
map-too-few = Aquí no hay suficientes asientos libres juntos.
map-gone = Alguien acaba de tomar estos asientos. Elige otros.
map-zoom-in = Ampliar el plano
map-zoom-out = Reducir el plano
map-zoom-all = Ver todo el plano
map-pair = espacio y asiento de acompañante
map-space = espacio para silla de ruedas
map-companion = asiento de acompañante
map-best = Los mejores asientos, con un clic
