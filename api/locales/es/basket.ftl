# La cesta: todo lo reservado, en una página.
nav-basket = Cesta
basket-title = Tu cesta
basket-empty = Tu cesta está vacía
basket-empty-hint = Los asientos que reservas aparecen aquí, para todos los eventos y en todos tus dispositivos.
basket-each = { $price } por asiento
basket-kept-until = Reservados hasta las { $time }
basket-given-back = Has devuelto estos asientos.
basket-same-people = Las mismas personas en todos los eventos
basket-add = Añadir otro evento
basket-later = { $count ->
    [one] Una reserva más espera en tu cesta: un pedido admite ocho. Aparecerá aquí después.
   *[other] { $shown } reservas más esperan en tu cesta: un pedido admite ocho. Aparecerán aquí después.
}
basket-all-included = Impuestos y gastos incluidos: no pagas nada más.
basket-rest-kept = Una parte de tu cesta ya no está reservada. El resto sí: comprueba el total y haz el pedido.
basket-changed = Tu cesta ha cambiado mientras tanto, quizá en otra ventana. Compruébala y haz el pedido.
basket-lost-ran-out = El tiempo para hacer el pedido ha pasado y estos asientos están de nuevo a la venta.
basket-lost-cancelled = Este evento está cancelado: estos asientos ya no están en tu cesta. No se ha cobrado nada.
basket-unpaid = Pedido { $number }: sus asientos están reservados y esperan el pago hasta las { $time }.
