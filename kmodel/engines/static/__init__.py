"""Systems in which nothing happens: is there a state that does what a claim forbids, or what a witness describes?"""
