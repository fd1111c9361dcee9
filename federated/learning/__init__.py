"""What is learnt together and how, without Flower: spec, data, network, training, aggregation, privacy."""
