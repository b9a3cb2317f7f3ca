product = Guichet
