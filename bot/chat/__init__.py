"""The living room: the use cases. Reaches Discord, the model and pictures only through `ports`."""
