sheet-document-title = Entradas del pedido { $number }
sheet-sold-place = en línea
sheet-seller = Guichet, taquilla de los Juegos
sheet-condition-person = Esta entrada es nominativa: solo entra la persona que figura en ella, con un documento de identidad.
sheet-condition-once = Abre una puerta una sola vez. Entra quien muestre primero una copia: guarda el código para ti.
sheet-condition-resale = Revenderla sin permiso del organizador es una infracción.
sheet-condition-refund = Las entradas con fecha no dan derecho a desistir. Se reembolsan si el evento se cancela.
sheet-condition-leave = Quien sale del recinto no puede volver a entrar.
