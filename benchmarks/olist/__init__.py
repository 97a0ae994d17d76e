"""The replay of a real marketplace: dataset, plan, world, crew of workers, proof. Data is read where it lies."""
