# Escribir al organizador: el formulario, las solicitudes y sus correos.
contact-title = Escríbenos
contact-lead = Una pregunta, un problema, una reclamación: recibes un número al momento y una respuesta por escrito.
contact-help-first = La mayoría de las preguntas tienen respuesta en la Ayuda
contact-sign-in-why = Con la sesión iniciada puedes elegir de qué pedido se trata y seguir nuestras respuestas en tu cuenta.
contact-subject = ¿De qué se trata?
contact-subject-choose = Elige
contact-subject-empty = Elige de qué se trata.
contact-about = ¿Qué pedido o entrada?
contact-about-none = Ninguno en particular
contact-text = Tu mensaje
contact-text-hint = { $count ->
    [one] Como máximo { $shown } carácter.
   *[other] Como máximo { $shown } caracteres.
}
contact-text-empty = Escribe tu mensaje.
contact-text-long = { $count ->
    [one] Demasiado largo: tiene { $shown } carácter. Acórtalo o adjunta el resto.
   *[other] Demasiado largo: tiene { $shown } caracteres. Acórtalo o adjunta el resto.
}
contact-files = Archivos (opcional)
contact-files-hint = { $count ->
    [one] PDF, JPEG o PNG: un archivo de 5 MB como máximo.
   *[other] PDF, JPEG o PNG: hasta { $count } archivos de 5 MB como máximo cada uno.
}
contact-files-again = Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-too-many = Demasiados archivos. Envía los demás en otro mensaje. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-too-large = «{ $name }» pesa más de 5 MB. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-empty = «{ $name }» está vacío. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-wrong-kind = «{ $name }» no es un PDF, JPEG ni PNG, diga lo que diga su nombre. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-broken = «{ $name }» está dañado: no podemos abrirlo. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-active = «{ $name }» es un PDF que contiene un programa u otros archivos. Imprímelo de nuevo como PDF o envía una fotografía. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-file-locked = «{ $name }» está protegido con contraseña. Guárdalo sin ella. Tu mensaje sigue aquí; elige de nuevo los archivos.
contact-go = Enviar
contact-sealed = Lo que escribes y adjuntas se cifra; solo lo lee el personal que te responde.
contact-sent-title = Lo tenemos
contact-sent-number = Tu número:
contact-sent-text = Va de camino a tu correo, con un enlace para seguir tu solicitud y escribir más.
support-subject-order = Un pedido
support-subject-payment = Un pago o un reembolso
support-subject-ticket = Una entrada
support-subject-name = Un nombre que corregir
support-subject-entrance = La entrada al recinto
support-subject-accessibility = Accesibilidad
support-subject-account = Mi cuenta
support-subject-second_factor = Un teléfono perdido, y los códigos de recuperación con él
support-subject-claim = Una reclamación
support-subject-other = Otra cosa
cases-title = Mis solicitudes
cases-none = Aún no nos has escrito
cases-none-hint = Las solicitudes y reclamaciones que envías con la sesión iniciada se guardan aquí, con nuestras respuestas.
cases-new = Escríbenos
case-title = Solicitud { $number }
case-messages = Mensajes
case-files = Archivos adjuntos
case-author-person = Tú
case-author-staff = Guichet
case-state-open = En nuestras manos
case-state-answered = Respondida
case-state-closed = Cerrada
case-state-text-open = Tenemos tu mensaje y responderemos aquí y por correo.
case-state-text-answered = Hemos respondido. Si queda algo pendiente, escribe de nuevo.
case-state-text-closed = Esta solicitud está cerrada. Escribir de nuevo la reabre.
case-opened = Enviada el
case-about = Sobre
case-about-see = Ver lo que compraste
case-write-open = Añadir algo
case-write-answered = Responder
case-write-closed = Escribir de nuevo
case-write-go = Enviar
case-close = Está resuelto: cerrar
case-done-sent = Tenemos tu mensaje. Cita este número si llamas o escribes.
case-done-written = Tu mensaje se ha añadido.
case-done-closed = Esta solicitud está cerrada.
size-kb = { $size } kB
size-mb = { $size } MB
moment-utc = { $moment } (UTC)
refusal-case_full = En esta solicitud no cabe nada más. Envía una nueva y cita su número.
refusal-malformed = No pudimos leer ese formulario. Recarga la página e inténtalo de nuevo.
refusal-files_too_large = Es demasiado grande: como máximo tres archivos de 5 MB cada uno.
mail-hello-nobody = Hola:
mail-case-subject-opened = Tu solicitud { $number }
mail-case-subject-answered = Nuestra respuesta a tu solicitud { $number }
mail-case-opened = Tenemos tu mensaje y te responderemos por escrito. Este es su número, para citarlo si llamas o escribes:
mail-case-answered = Esta es nuestra respuesta a tu solicitud:
mail-case-follow = Sigue tu solicitud y escribe más aquí:
mail-case-not-you = Si no nos has escrito, ignora este mensaje: alguien ha escrito mal su dirección.
faq-not-here = ¿No está aquí tu respuesta?
contact-about-this = ¿Una pregunta sobre este pedido?
