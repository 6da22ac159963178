"""How the models were made: spinners make pairs, pairs make examples, examples make models."""
