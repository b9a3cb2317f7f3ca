name-title = Corregir el nombre
name-until = Posible hasta el { $date }.
name-left = { $count ->
    [one] Una corrección más.
   *[other] { $count } correcciones más.
}
name-hint = Escribe el nombre como en el documento de identidad. El código sigue siendo el mismo; te enviamos la entrada con su nuevo nombre.
name-go = Corregir el nombre
name-done = El nombre está corregido. La entrada llega por correo con su nuevo nombre.
refusal-ticket_over = Esta entrada ya se usó o ya no es válida: su nombre no cambia.
refusal-names_closed = El plazo para corregir el nombre ha terminado.
refusal-too_many_corrections = El nombre se ha corregido todas las veces posibles.
mail-corrected-subject = Tu entrada con su nuevo nombre: { $event }
mail-corrected-text = El nombre de esta entrada está corregido.
mail-corrected-attached = La entrada va adjunta; tira la anterior. Si estaba guardada en un teléfono, ábrela allí otra vez.
mail-corrected-later = Llegará con su nuevo nombre.
history-title = Qué ha pasado
history-ordered = Pedido hecho
history-paid = Pagado
history-expired = Se acabó el tiempo para pagar
history-cancelled = Anulado
history-refunded = Reembolsado
history-sent = Entrada { $ticket } enviada
history-scanned = Entrada { $ticket } escaneada en la puerta
history-deactivated = Entrada { $ticket } desactivada
history-name = Nombre de la entrada { $ticket } corregido: { $name }, antes { $former }
calendar-go = Añadir a mi calendario
calendar-doors = Las puertas abren a las { $time }.
calendar-bring = Trae tu entrada y el documento de identidad de cada persona.
