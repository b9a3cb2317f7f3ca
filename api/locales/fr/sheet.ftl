sheet-document-title = Billets de la commande { $number }
sheet-sold-place = en ligne
sheet-seller = Guichet, billetterie du festival
sheet-condition-person = Ce billet est nominatif : seule la personne nommée entre, avec une pièce d’identité.
sheet-condition-once = Il ouvre un portillon une seule fois. Le premier qui montre une copie entre : gardez le code pour vous.
sheet-condition-resale = Le revendre sans l’accord de l’organisateur est une infraction.
sheet-condition-refund = Un billet daté n’ouvre pas de droit de rétractation. Il est remboursé si la rencontre est annulée.
sheet-condition-leave = Toute sortie est définitive.
