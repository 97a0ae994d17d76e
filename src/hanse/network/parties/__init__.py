"""Who there is to trade with: parties, the links between them, the terms they trade on."""
